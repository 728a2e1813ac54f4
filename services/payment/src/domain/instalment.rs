//! Payment follows tuition, to the fen; the last instalment takes the remainder.

use chrono::{DateTime, Utc};
use vocabulary::{Fen, InstalmentId};

/// A part of a grant that has become due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// The instalment.
    pub id: InstalmentId,
    /// How much.
    pub amount: Fen,
    /// Where it stands.
    pub state: InstalmentState,
    /// When it became due.
    pub due_at: DateTime<Utc>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
}

/// Where an instalment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstalmentState {
    /// In no batch.
    Due,
    /// In a batch that is not approved.
    Batched,
    /// Its instruction is on its way.
    Paying,
    /// Paid.
    Paid,
}

/// How much of the tuition is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Paid so far.
    pub paid: Fen,
    /// The whole tuition.
    pub tuition: Fen,
}

/// What becomes due now of a grant of which `released` has become due before; none where nothing does.
///
/// The due sum follows the tuition paid, fractions of a fen cut off, so the last instalment takes the remainder.
pub fn due(payable: Fen, released: Fen, progress: Progress) -> Option<Fen> {
    let sum = if progress.paid >= progress.tuition {
        payable
    } else {
        payable.share(progress.paid, progress.tuition)?
    };
    sum.checked_sub(released).filter(|amount| !amount.is_zero())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fen(fen: i64) -> Fen {
        Fen::try_from(fen).unwrap()
    }

    /// 1000 yuan over three thirds of a tuition are 333.33, 333.33 and 333.34.
    #[test]
    fn the_last_instalment_takes_the_remainder() {
        let mut released = Fen::ZERO;
        let mut amounts = Vec::new();
        for paid in [200_000, 400_000, 600_000] {
            let amount =
                due(fen(100_000), released, Progress { paid: fen(paid), tuition: fen(600_000) }).unwrap();
            released = released.checked_add(amount).unwrap();
            amounts.push(amount.get());
        }
        assert_eq!(amounts, [33_333, 33_333, 33_334]);
    }

    proptest! {
        /// whatever the payments of the tuition, what falls due is in the end the grant, to the fen.
        #[test]
        fn all_instalments_are_the_grant(
            payable in 0..10_000_000_i64,
            parts in prop::collection::vec(0..1_000_000_i64, 1..12),
        ) {
            let tuition = fen(parts.iter().sum());
            let (mut paid, mut released) = (0, Fen::ZERO);
            for part in parts {
                paid += part;
                let amount = due(fen(payable), released, Progress { paid: fen(paid), tuition });
                released = released.checked_add(amount.unwrap_or(Fen::ZERO)).unwrap();
                prop_assert!(released <= fen(payable));
            }
            prop_assert_eq!(released, fen(payable));
        }
    }
}
