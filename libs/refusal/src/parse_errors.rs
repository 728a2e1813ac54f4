//! Which reason a parse error of the vocabulary is, for every word that a caller writes, so that `Fields::parse` reads it.

use ::vocabulary::{
    InvalidBankCard, InvalidCreditCode, InvalidDay, InvalidFen, InvalidId, InvalidIdNumber,
    InvalidPersonName, InvalidPhone, InvalidSlug,
};

use crate::{Reason, Refusal};

macro_rules! reasons {
    ($($error:ident { $($variant:ident => $reason:ident,)+ })+) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::new(match error {
                    $($error::$variant => Reason::$reason,)+
                })
            }
        }
    )+};
}

reasons! {
    InvalidId { NotAUuid => IdMalformed, }
    InvalidDay { Malformed => DayMalformed, NotInCalendar => DayNotInCalendar, }
    InvalidFen { Negative => AmountNegative, }
    InvalidPersonName {
        TooShort => PersonNameTooShort,
        TooLong => PersonNameTooLong,
        ForeignCharacter => PersonNameMalformed,
    }
    InvalidIdNumber {
        NotEighteenCharacters => IdNumberMalformed,
        UnknownRegion => IdNumberRegionUnknown,
        NoSuchBirthDay => IdNumberBirthDay,
        WrongCheckDigit => IdNumberCheckDigit,
    }
    InvalidPhone {
        NotElevenDigits => PhoneMalformed,
        NotMobile => PhoneNotMobile,
        VirtualOperator => PhoneVirtual,
    }
    InvalidCreditCode {
        NotEighteenCharacters => CreditCodeLength,
        ForeignCharacter => CreditCodeCharacter,
        NotARegion => CreditCodeRegion,
        WrongCheckCharacter => CreditCodeCheck,
    }
    InvalidBankCard { NotACardNumber => BankCardMalformed, WrongCheckDigit => BankCardCheckDigit, }
}

/// A slug that is too long says how long it may be.
impl From<InvalidSlug> for Refusal {
    fn from(error: InvalidSlug) -> Self {
        match error {
            InvalidSlug::Empty => Self::new(Reason::FieldRequired),
            InvalidSlug::ForeignCharacter => Self::new(Reason::SlugMalformed),
            InvalidSlug::TooLong => Self::new(Reason::TooLong).with("max", InvalidSlug::MAX_LENGTH),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::str::FromStr;

    use ::vocabulary::{BankCard, CreditCode, Day, Fen, IdNumber, PersonName, Phone, RoundId, UnionId};
    use rstest::rstest;

    use super::*;

    fn read<T: FromStr<Err: Into<Refusal>> + Debug>(text: &str) -> Refusal {
        text.parse::<T>().unwrap_err().into()
    }

    #[rstest]
    #[case(read::<UnionId>("1"), Reason::IdMalformed)]
    #[case(read::<RoundId>(""), Reason::FieldRequired)]
    #[case(read::<RoundId>("Spring"), Reason::SlugMalformed)]
    #[case(read::<RoundId>(&"x".repeat(65)), Reason::TooLong)]
    #[case(read::<Day>("2021/05/05"), Reason::DayMalformed)]
    #[case(read::<Day>("2021-02-30"), Reason::DayNotInCalendar)]
    #[case(read::<PersonName>("张"), Reason::PersonNameTooShort)]
    #[case(read::<PersonName>(&"张".repeat(31)), Reason::PersonNameTooLong)]
    #[case(read::<PersonName>("Zhang"), Reason::PersonNameMalformed)]
    #[case(read::<IdNumber>("1"), Reason::IdNumberMalformed)]
    #[case(read::<IdNumber>("00010519491231002X"), Reason::IdNumberRegionUnknown)]
    #[case(read::<IdNumber>("11010519491331002X"), Reason::IdNumberBirthDay)]
    #[case(read::<IdNumber>("110105194912310020"), Reason::IdNumberCheckDigit)]
    #[case(read::<Phone>("1"), Reason::PhoneMalformed)]
    #[case(read::<Phone>("05317689112"), Reason::PhoneNotMobile)]
    #[case(read::<Phone>("17012345678"), Reason::PhoneVirtual)]
    #[case(read::<CreditCode>("1"), Reason::CreditCodeLength)]
    #[case(read::<CreditCode>("I23456789012345678"), Reason::CreditCodeCharacter)]
    #[case(read::<CreditCode>("91A701170000000001"), Reason::CreditCodeRegion)]
    #[case(read::<CreditCode>("110000000000000000"), Reason::CreditCodeCheck)]
    #[case(read::<BankCard>("1"), Reason::BankCardMalformed)]
    #[case(read::<BankCard>("6222020000000000001"), Reason::BankCardCheckDigit)]
    #[case(Fen::try_from(-1).unwrap_err().into(), Reason::AmountNegative)]
    fn every_parse_error_has_its_reason(#[case] refusal: Refusal, #[case] reason: Reason) {
        assert_eq!(refusal.reason(), reason);
        assert!(!refusal.text().contains('{'), "{}", refusal.text());
    }
}
