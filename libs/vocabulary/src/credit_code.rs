//! The unified social credit code of GB 32100-2015, by which a unit is registered.

use std::fmt;
use std::str::FromStr;

use crate::text_form::serde_as_text;

const LENGTH: usize = 18;

/// The characters of a code by their value; I, O, S, V and Z are left out because they look like others.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A valid unified social credit code. It stands in a public register, so it prints in full.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCreditCode {
    /// Not 18 characters.
    #[error("not 18 characters")]
    NotEighteenCharacters,
    /// A character that no code has.
    #[error("a character other than digits and capital letters without I, O, S, V and Z")]
    ForeignCharacter,
    /// The third to eighth characters are not the digits of a region.
    #[error("the region is not six digits")]
    NotARegion,
    /// The last character does not follow from the others: something was mistyped.
    #[error("the check character does not match")]
    WrongCheckCharacter,
}

impl CreditCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The six digits of the county where the unit is registered, such as 370117.
    pub fn region(&self) -> &str {
        &self.0[2..8]
    }
}

impl FromStr for CreditCode {
    type Err = InvalidCreditCode;

    fn from_str(text: &str) -> Result<Self, InvalidCreditCode> {
        let text = text.to_ascii_uppercase();
        if text.chars().count() != LENGTH {
            return Err(InvalidCreditCode::NotEighteenCharacters);
        }
        let values: Option<Vec<usize>> = text.bytes().map(value).collect();
        let values = values.ok_or(InvalidCreditCode::ForeignCharacter)?;
        if values[2..8].iter().any(|value| *value > 9) {
            return Err(InvalidCreditCode::NotARegion);
        }
        if values[LENGTH - 1] != check_value(&values[..LENGTH - 1]) {
            return Err(InvalidCreditCode::WrongCheckCharacter);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CreditCode({})", self.0)
    }
}

serde_as_text!(CreditCode);

fn value(character: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == character)
}

/// The value that makes the weighted sum a multiple of 31; each character weighs three times its left neighbour.
fn check_value(values: &[usize]) -> usize {
    let weighted = values.iter().fold((0, 1), |(sum, weight), value| (sum + value * weight, weight * 3 % 31));
    (31 - weighted.0 % 31) % 31
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// A valid code, made by the weights as the standard prints them.
    fn credit_code() -> impl Strategy<Value = String> {
        const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        "[1-9][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}".prop_map(|text| {
            let sum: usize =
                text.bytes().zip(WEIGHTS).map(|(byte, weight)| value(byte).unwrap() * weight).sum();
            format!("{text}{}", char::from(ALPHABET[(31 - sum % 31) % 31]))
        })
    }

    proptest! {
        #[test]
        fn a_code_survives_text_and_json(text in credit_code()) {
            let code: CreditCode = text.parse().unwrap();
            prop_assert_eq!(code.to_string(), text.clone());
            prop_assert_eq!(text.to_lowercase().parse(), Ok(code.clone()));
            prop_assert_eq!(code.region(), &text[2..8]);
            prop_assert_eq!(serde_json::from_str::<CreditCode>(&format!("\"{code}\"")).unwrap(), code);
        }

        /// every single wrong character is found.
        #[test]
        fn every_single_error_is_found(text in credit_code(), at in 0..LENGTH, wrong in select(&ALPHABET[..])) {
            let mut bytes = text.into_bytes();
            prop_assume!(bytes[at] != wrong);
            bytes[at] = wrong;
            prop_assert!(String::from_utf8(bytes).unwrap().parse::<CreditCode>().is_err());
        }

        /// any two neighbours exchanged are found, the check character among them.
        #[test]
        fn every_adjacent_transposition_is_found(text in credit_code(), at in 0..LENGTH - 1) {
            let mut bytes = text.into_bytes();
            prop_assume!(bytes[at] != bytes[at + 1]);
            bytes.swap(at, at + 1);
            prop_assert!(String::from_utf8(bytes).unwrap().parse::<CreditCode>().is_err());
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}|[0-9A-Za-z]{18}") {
            let _ = text.parse::<CreditCode>();
        }
    }

    #[test]
    fn a_bad_code_says_why() {
        let reason = |text: &str| text.parse::<CreditCode>().unwrap_err();
        assert_eq!(reason(""), InvalidCreditCode::NotEighteenCharacters);
        assert_eq!(reason("9137011700000000"), InvalidCreditCode::NotEighteenCharacters);
        assert_eq!(reason("9137011700000000IO"), InvalidCreditCode::ForeignCharacter);
        assert_eq!(reason("91370117钢00000000A"), InvalidCreditCode::ForeignCharacter);
        assert_eq!(reason("91A701170000000001"), InvalidCreditCode::NotARegion);
        let wrong = (0..2).map(|last| format!("91370117000000000{last}").parse::<CreditCode>());
        assert!(wrong.into_iter().any(|code| code == Err(InvalidCreditCode::WrongCheckCharacter)));
    }
}
