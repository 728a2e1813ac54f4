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
