//! Which reason a parse error of the vocabulary is: so that `Fields::parse` reads every word.

use ::vocabulary::{
    InvalidBank, InvalidBankCard, InvalidCreditCode, InvalidDay, InvalidFen, InvalidId, InvalidIdNumber,
    InvalidPersonName, InvalidPhone, InvalidRole, InvalidSlug, InvalidUnionPath, InvalidVirtualSegment,
    InvalidWindow,
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
    InvalidUnionPath {
        Malformed => UnionPathMalformed,
        Circular => UnionPathCircular,
        TooDeep => UnionPathTooDeep,
    }
    InvalidDay { Malformed => DayMalformed, NotInCalendar => DayNotInCalendar, }
    InvalidWindow { EndsBeforeItBegins => WindowReversed, }
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
    InvalidVirtualSegment { Malformed => VirtualSegmentMalformed, }
    InvalidCreditCode {
        NotEighteenCharacters => CreditCodeLength,
        ForeignCharacter => CreditCodeCharacter,
        NotARegion => CreditCodeRegion,
        WrongCheckCharacter => CreditCodeCheck,
    }
    InvalidBankCard { NotACardNumber => BankCardMalformed, WrongCheckDigit => BankCardCheckDigit, }
    InvalidBank { Unknown => BankUnknown, }
    InvalidRole { Unknown => RoleUnknown, }
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

    use ::vocabulary::{
        Bank, BankCard, CreditCode, Day, Fen, IdNumber, PersonName, Phone, Role, RoundId, UnionId, UnionPath,
        VirtualSegments, Window,
    };
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
    #[case(read::<UnionPath>("/city"), Reason::UnionPathMalformed)]
    #[case(read::<UnionPath>(&path(&[1, 1])), Reason::UnionPathCircular)]
    #[case(read::<UnionPath>(&path(&[1, 2, 3, 4, 5, 6, 7, 8, 9])), Reason::UnionPathTooDeep)]
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
    #[case(read::<Bank>("ICBC"), Reason::BankUnknown)]
    #[case(read::<Role>("boss"), Reason::RoleUnknown)]
    #[case(Fen::try_from(-1).unwrap_err().into(), Reason::AmountNegative)]
    #[case(VirtualSegments::new(["1"]).unwrap_err().into(), Reason::VirtualSegmentMalformed)]
    #[case(Window::new(day(2), day(1)).unwrap_err().into(), Reason::WindowReversed)]
    fn every_parse_error_has_its_reason(#[case] refusal: Refusal, #[case] reason: Reason) {
        assert_eq!(refusal.reason(), reason);
        assert!(!refusal.text().contains('{'), "{}", refusal.text());
    }

    fn path(unions: &[u128]) -> String {
        let ids: Vec<String> = unions.iter().map(|bits| uuid::Uuid::from_u128(*bits).to_string()).collect();
        format!("/{}/", ids.join("/"))
    }

    fn day(day: u32) -> Day {
        Day::from_ymd(2021, 5, day).unwrap()
    }
}
