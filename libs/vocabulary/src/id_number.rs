//! The citizen's identity number of GB 11643-1999.

use std::str::FromStr;

use crate::masked::masked;
use crate::{Day, Sex};

const LENGTH: usize = 18;

/// What the check digit may be, by the weighted sum modulo 11 (ISO 7064 MOD 11-2).
const CHECK_DIGITS: &[u8; 11] = b"10X98765432";

/// The provinces' codes of GB/T 2260, the first two digits of a region, with those of people from Hong Kong,
/// Macao and Taiwan who have a residence permit (81 to 83).
const PROVINCES: [u8; 37] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82, 83, 91, 92,
];

/// A valid identity number: region, birth date, order and check digit. Prints as `370***********1234`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber {
    text: String,
    birth_day: Day,
}

/// Why a text is not an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdNumber {
    /// Not 17 digits and a digit or X.
    #[error("not 17 digits and a digit or X")]
    NotEighteenCharacters,
    /// No province has such a number.
    #[error("no such province")]
    UnknownRegion,
    /// The calendar has no such birth date, or it lies before 1900.
    #[error("no such birth date")]
    NoSuchBirthDay,
    /// The last character does not follow from the others: something was mistyped.
    #[error("the check digit does not match")]
    WrongCheckDigit,
}

impl IdNumber {
    /// The number in full.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The day of birth it carries.
    pub const fn birth_day(&self) -> Day {
        self.birth_day
    }

    /// The sex it carries: the order number is odd for men.
    pub fn sex(&self) -> Sex {
        if self.text.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The six digits of the county where it was given, such as 370117.
    pub fn region(&self) -> &str {
        &self.text[..6]
    }
}

impl FromStr for IdNumber {
    type Err = InvalidIdNumber;

    fn from_str(text: &str) -> Result<Self, InvalidIdNumber> {
        let text = text.to_ascii_uppercase();
        let bytes = text.as_bytes();
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if bytes.len() != LENGTH || digits < LENGTH - 1 || (digits < LENGTH && bytes[LENGTH - 1] != b'X') {
            return Err(InvalidIdNumber::NotEighteenCharacters);
        }
        let province = text[..2].parse().map_err(|_| InvalidIdNumber::UnknownRegion)?;
        if !PROVINCES.contains(&province) {
            return Err(InvalidIdNumber::UnknownRegion);
        }
        let birth_day = birth_day(&text[6..14]).ok_or(InvalidIdNumber::NoSuchBirthDay)?;
        if bytes[LENGTH - 1] != check_digit(&bytes[..LENGTH - 1]) {
            return Err(InvalidIdNumber::WrongCheckDigit);
        }
        Ok(Self { text, birth_day })
    }
}

masked!(IdNumber, head = 3, tail = 4);

fn birth_day(text: &str) -> Option<Day> {
    let year: i32 = text[..4].parse().ok()?;
    let day = Day::from_ymd(year, text[4..6].parse().ok()?, text[6..].parse().ok()?);
    day.filter(|_| year >= 1900)
}

/// The check digit of the digits before it: each weighs twice as much as its right neighbour.
fn check_digit(digits: &[u8]) -> u8 {
    let sum = digits.iter().fold(0, |sum, digit| (sum + usize::from(digit - b'0')) * 2 % 11);
    CHECK_DIGITS[sum]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// A valid number, made by the weights as the standard prints them.
    fn id_number() -> impl Strategy<Value = String> {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let parts = (select(&PROVINCES[..]), 0_u32..10_000, 0_u32..45_000, 0_u32..1_000);
        parts.prop_map(|(province, county, day, order)| {
            let birth = Day::from_ymd(1900, 1, 1).unwrap().plus_days(day).unwrap().date().format("%Y%m%d");
            let digits = format!("{province:02}{county:04}{birth}{order:03}");
            let sum: u32 =
                digits.chars().zip(WEIGHTS).map(|(d, weight)| d.to_digit(10).unwrap() * weight).sum();
            format!("{digits}{}", char::from(CHECK_DIGITS[sum as usize % 11]))
        })
    }

    proptest! {
        #[test]
        fn an_id_number_survives_text(text in id_number()) {
            let number: IdNumber = text.parse().unwrap();
            prop_assert_eq!(number.expose(), &text);
            prop_assert_eq!(text.to_lowercase().parse(), Ok(number.clone()));
            prop_assert_eq!(number.region(), &text[..6]);
            prop_assert_eq!(number.birth_day().to_string().replace('-', ""), &text[6..14]);
        }

        /// every single wrong character is found.
        #[test]
        fn every_single_error_is_found(text in id_number(), at in 0..LENGTH, wrong in select(&b"0123456789X"[..])) {
            let mut bytes = text.clone().into_bytes();
            prop_assume!(bytes[at] != wrong);
            bytes[at] = wrong;
            prop_assert!(String::from_utf8(bytes).unwrap().parse::<IdNumber>().is_err());
        }

        /// any two neighbours exchanged are found.
        #[test]
        fn every_adjacent_transposition_is_found(text in id_number(), at in 0..LENGTH - 1) {
            let mut bytes = text.clone().into_bytes();
            prop_assume!(bytes[at] != bytes[at + 1]);
            bytes.swap(at, at + 1);
            prop_assert!(String::from_utf8(bytes).unwrap().parse::<IdNumber>().is_err());
        }

        /// birth date and order are never printed.
        #[test]
        fn an_id_number_prints_masked(text in id_number()) {
            let number: IdNumber = text.parse().unwrap();
            let masked = format!("{}***********{}", &text[..3], &text[14..]);
            prop_assert_eq!(format!("{number:?}"), format!("IdNumber({masked})"));
            prop_assert_eq!(number.to_string(), masked);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}|[0-9]{17}[0-9Xx]") {
            let _ = text.parse::<IdNumber>();
        }
    }

    /// The example of the standard itself.
    #[test]
    fn the_example_of_the_standard_is_read() {
        let number: IdNumber = "11010519491231002x".parse().unwrap();
        assert_eq!((number.birth_day(), number.sex()), (Day::from_ymd(1949, 12, 31).unwrap(), Sex::Female));
        assert_eq!(number.region(), "110105");
    }

    #[test]
    fn a_bad_id_number_says_why() {
        let reason = |text: &str| text.parse::<IdNumber>().unwrap_err();
        for text in ["", "110105491231002", "1101051949123100２x", "X10105194912310021", "11010519491231002Y"]
        {
            assert_eq!(reason(text), InvalidIdNumber::NotEighteenCharacters, "{text}");
        }
        assert_eq!(reason("99010519491231002X"), InvalidIdNumber::UnknownRegion);
        assert_eq!(reason("11010519490231002X"), InvalidIdNumber::NoSuchBirthDay);
        assert_eq!(reason("110105189912310020"), InvalidIdNumber::NoSuchBirthDay);
        assert_eq!(reason("110105194912310021"), InvalidIdNumber::WrongCheckDigit);
    }
}
