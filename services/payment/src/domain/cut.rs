//! All grants of an application together never exceed its tuition; the narrowest pool is cut first.

use vocabulary::Fen;

/// What one pool promises to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The promise.
    pub amount: Fen,
    /// What has become due of it, which is not taken back.
    pub released: Fen,
    /// How deep the pool's scope lies in the tree; the deepest is the narrowest.
    pub depth: i32,
}

/// What each claim comes to, in the claims' order.
pub fn cut(claims: &[Claim], tuition: Fen) -> Vec<Fen> {
    let total: i128 = claims.iter().map(|claim| i128::from(claim.amount.get())).sum();
    let mut excess = total - i128::from(tuition.get());
    let mut payable: Vec<Fen> = claims.iter().map(|claim| claim.amount).collect();
    let mut narrowest_first: Vec<usize> = (0..claims.len()).collect();
    narrowest_first.sort_by_key(|index| std::cmp::Reverse(claims[*index].depth));
    for index in narrowest_first {
        let claim = claims[index];
        let spare = claim.amount.checked_sub(claim.released).unwrap_or(Fen::ZERO);
        let taken = excess.clamp(0, spare.get().into());
        excess -= taken;
        let taken = i64::try_from(taken).ok().and_then(|taken| Fen::try_from(taken).ok());
        payable[index] = taken.and_then(|taken| claim.amount.checked_sub(taken)).unwrap_or(claim.amount);
    }
    payable
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim(yuan: u32, depth: i32) -> Claim {
        Claim { amount: Fen::from_yuan(yuan), released: Fen::ZERO, depth }
    }

    /// a tuition of 1500 leaves the city's thousand whole and cuts the district's.
    #[test]
    fn the_narrowest_pool_is_cut_first() {
        let claims = [claim(1000, 2), claim(1000, 1), claim(300, 3)];
        let payable = cut(&claims, Fen::from_yuan(1500));
        assert_eq!(payable, [500, 1000, 0].map(Fen::from_yuan));
    }

    /// what has become due is not taken back; the next pool bears the rest.
    #[test]
    fn what_is_due_is_not_taken_back() {
        let narrow = Claim { released: Fen::from_yuan(800), ..claim(1000, 2) };
        assert_eq!(cut(&[narrow, claim(1000, 1)], Fen::from_yuan(1500)), [800, 700].map(Fen::from_yuan));
    }

    proptest! {
        /// never beyond the tuition, never above the promise, and nothing is cut without need.
        #[test]
        fn grants_never_exceed_the_tuition(
            claims in prop::collection::vec((0..200_000_i64, 1..6_i32), 0..6),
            tuition in 0..600_000_i64,
        ) {
            let claims: Vec<Claim> = claims
                .into_iter()
                .map(|(fen, depth)| Claim { amount: Fen::try_from(fen).unwrap(), released: Fen::ZERO, depth })
                .collect();
            let tuition = Fen::try_from(tuition).unwrap();
            let payable = cut(&claims, tuition);
            let sum = |amounts: &[Fen]| Fen::checked_sum(amounts.iter().copied()).unwrap();
            let promised = sum(&claims.iter().map(|claim| claim.amount).collect::<Vec<_>>());

            prop_assert_eq!(sum(&payable), promised.min(tuition));
            prop_assert!(claims.iter().zip(&payable).all(|(claim, payable)| *payable <= claim.amount));
        }
    }
}
