//! Money: whole fen, never negative, never rounded in silence.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The fen in a yuan.
const FEN_PER_YUAN: i64 = 100;

/// An amount of money in fen (分), a hundredth of a yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Fen(i64);

/// Why a number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFen {
    /// Below zero.
    #[error("negative")]
    Negative,
}

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// More than any course of study costs: a million yuan. What is above it is a slip of the hand, or meant to make a sum
    /// overflow.
    pub const MOST_TUITION: Self = Self::from_yuan(1_000_000);

    /// The amount in whole yuan.
    pub const fn from_yuan(yuan: u32) -> Self {
        Self(yuan as i64 * FEN_PER_YUAN)
    }

    /// The amount as a number, as tables and messages hold it.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum; none where it cannot be held.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The rest; none where more would be taken than there is.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).filter(|rest| *rest >= 0).map(Self)
    }

    /// So many times the amount; none where it cannot be held.
    pub fn checked_mul(self, times: u32) -> Option<Self> {
        self.0.checked_mul(times.into()).map(Self)
    }

    /// All amounts together; none where it cannot be held.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// The share of this amount that `part` is of `whole`, fractions of a fen cut off.
    ///
    /// None where `whole` is nothing, or where `part` exceeds it.
    pub fn share(self, part: Self, whole: Self) -> Option<Self> {
        if whole.is_zero() || part > whole {
            return None;
        }
        let product = i128::from(self.0) * i128::from(part.0);
        i64::try_from(product / i128::from(whole.0)).ok().map(Self)
    }
}

impl TryFrom<i64> for Fen {
    type Error = InvalidFen;

    fn try_from(fen: i64) -> Result<Self, InvalidFen> {
        if fen < 0 { Err(InvalidFen::Negative) } else { Ok(Self(fen)) }
    }
}

impl From<Fen> for i64 {
    fn from(amount: Fen) -> Self {
        amount.0
    }
}

/// In yuan with two decimals, without a sign of the currency: `1000.00`.
impl fmt::Display for Fen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / FEN_PER_YUAN, self.0 % FEN_PER_YUAN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fen() -> impl Strategy<Value = Fen> {
        (0..=i64::MAX).prop_map(Fen)
    }

    proptest! {
        #[test]
        fn an_amount_survives_numbers_and_json(amount in fen()) {
            prop_assert_eq!(Fen::try_from(i64::from(amount)), Ok(amount));
            prop_assert_eq!(serde_json::from_str::<Fen>(&serde_json::to_string(&amount).unwrap()).unwrap(), amount);
        }

        #[test]
        fn no_number_below_zero_is_an_amount(number in i64::MIN..0) {
            prop_assert_eq!(Fen::try_from(number), Err(InvalidFen::Negative));
        }

        #[test]
        fn yuan_show_every_fen(amount in fen()) {
            let digits: String = amount.to_string().chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.parse::<i64>().unwrap(), amount.get());
        }

        #[test]
        fn sums_and_rests_undo_each_other(one in fen(), other in fen()) {
            if let Some(sum) = one.checked_add(other) {
                prop_assert_eq!(sum.checked_sub(other), Some(one));
            }
            prop_assert_eq!(one.checked_sub(other).is_some(), one >= other);
        }

        /// shares of the parts never exceed the whole, and all of it is the whole amount.
        #[test]
        fn shares_never_exceed_the_amount(amount in fen(), paid in fen(), rest in fen()) {
            let Some(tuition) = paid.checked_add(rest).filter(|tuition| !tuition.is_zero()) else { return Ok(()) };
            let first = amount.share(paid, tuition).unwrap();
            let second = amount.share(rest, tuition).unwrap();

            prop_assert!(first.checked_add(second).unwrap() <= amount);
            prop_assert_eq!(amount.share(tuition, tuition), Some(amount));
        }
    }

    #[test]
    fn what_cannot_be_held_or_shared_is_none() {
        assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
        assert_eq!(Fen(i64::MAX).checked_mul(2), None);
        assert_eq!(Fen::checked_sum([Fen(i64::MAX), Fen(1)]), None);
        assert_eq!(Fen(1).share(Fen::ZERO, Fen::ZERO), None);
        assert_eq!(Fen(1).share(Fen(3), Fen(2)), None);
        assert_eq!(Fen::checked_sum([Fen::from_yuan(1000), Fen(5)]).unwrap().to_string(), "1000.05");
    }
}
