//! A bank card's number.

use std::str::FromStr;

use crate::masked::masked;
use crate::{Bank, CardKind, bank};

/// A card number of 16 to 19 digits whose check digit holds (Luhn, ISO/IEC 7812). Prints as `6222***********1234`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankCard(String);

/// Why a text is not a card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBankCard {
    /// Not 16 to 19 digits.
    #[error("not 16 to 19 digits")]
    NotACardNumber,
    /// The last digit does not follow from the others: something was mistyped.
    #[error("the check digit does not match")]
    WrongCheckDigit,
}

impl BankCard {
    /// The number in full.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The bank that issued it, where the table knows its first digits.
    pub fn bank(&self) -> Option<Bank> {
        bank::issuer(&self.0).map(|(bank, _)| bank)
    }

    /// Whether it is a debit or a credit card, where the table knows its first digits.
    pub fn kind(&self) -> Option<CardKind> {
        bank::issuer(&self.0).map(|(_, kind)| kind)
    }
}

impl FromStr for BankCard {
    type Err = InvalidBankCard;

    fn from_str(text: &str) -> Result<Self, InvalidBankCard> {
        if !(16..=19).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidBankCard::NotACardNumber);
        }
        if luhn_sum(text).is_multiple_of(10) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidBankCard::WrongCheckDigit)
        }
    }
}

masked!(BankCard, head = 4, tail = 4);

/// Every second digit from the right counts double, as the sum of its digits.
fn luhn_sum(digits: &str) -> u32 {
    let values = digits.bytes().rev().map(|digit| u32::from(digit - b'0'));
    values
        .enumerate()
        .map(|(index, value)| if index % 2 == 0 { value } else { value * 2 / 10 + value * 2 % 10 })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A valid number: the last digit is found by trying, not by the formula above.
    fn card_number() -> impl Strategy<Value = String> {
        "(62[0-9]{13,16}|[3-9][0-9]{14})".prop_map(|digits| {
            let candidates = (0..10).map(|last| format!("{digits}{last}"));
            candidates.into_iter().find(|number| number.parse::<BankCard>().is_ok()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn a_card_survives_text(text in card_number()) {
            let card: BankCard = text.parse().unwrap();
            prop_assert_eq!(card.expose(), text);
        }

        /// every single wrong digit is found.
        #[test]
        fn every_single_error_is_found(text in card_number(), at in 0_usize..16, wrong in b'0'..=b'9') {
            let mut bytes = text.into_bytes();
            prop_assume!(bytes[at] != wrong);
            bytes[at] = wrong;
            let wrong = String::from_utf8(bytes).unwrap().parse::<BankCard>();
            prop_assert_eq!(wrong, Err(InvalidBankCard::WrongCheckDigit));
        }

        /// two neighbours exchanged are found, but for 09 and 90, which Luhn cannot tell apart.
        #[test]
        fn adjacent_transpositions_are_found_but_for_one_pair(text in card_number(), at in 0_usize..15) {
            let mut bytes = text.into_bytes();
            prop_assume!(bytes[at] != bytes[at + 1]);
            let pair = (bytes[at].min(bytes[at + 1]), bytes[at].max(bytes[at + 1]));
            bytes.swap(at, at + 1);
            let found = String::from_utf8(bytes).unwrap().parse::<BankCard>().is_err();
            prop_assert_eq!(found, pair != (b'0', b'9'));
        }

        /// only four digits at each end are ever printed.
        #[test]
        fn a_card_prints_masked(text in card_number()) {
            let card: BankCard = text.parse().unwrap();
            let masked = format!("{}{}{}", &text[..4], "*".repeat(text.len() - 8), &text[text.len() - 4..]);
            prop_assert_eq!(format!("{card:?}"), format!("BankCard({masked})"));
            prop_assert_eq!(card.to_string(), masked);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}|[0-9]{12,20}") {
            let _ = text.parse::<BankCard>();
        }
    }

    /// the bank and the kind follow from the first digits.
    #[test]
    fn the_first_digits_name_bank_and_kind() {
        let issued = |first: &str| {
            let digits = format!("{first}{}", "0".repeat(18 - first.len()));
            let card = (0..10).find_map(|last| format!("{digits}{last}").parse::<BankCard>().ok()).unwrap();
            (card.bank(), card.kind())
        };
        for bin in ["622202", "622203", "622208", "621225", "621226", "621558", "621721", "95588"] {
            assert_eq!(issued(bin), (Some(Bank::Icbc), Some(CardKind::Debit)), "{bin}");
        }
        assert_eq!(issued("622848"), (Some(Bank::Abc), Some(CardKind::Debit)));
        assert_eq!(issued("625330"), (Some(Bank::Icbc), Some(CardKind::Credit)));
        assert_eq!(issued("629999"), (None, None));
    }

    #[test]
    fn a_bad_card_says_why() {
        for text in ["", "622202000000000", "62220200000000000000", "6222 0200 0000 0000", "622202000000000a"]
        {
            assert_eq!(text.parse::<BankCard>(), Err(InvalidBankCard::NotACardNumber), "{text}");
        }
        assert_eq!("6222020000000000001".parse::<BankCard>(), Err(InvalidBankCard::WrongCheckDigit));
    }
}
