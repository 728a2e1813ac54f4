//! Slugs: ids that people choose and read, such as `jinan-2021`.

use std::fmt;
use std::str::FromStr;

use crate::text_form::serde_as_text;

/// Why a text is not a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSlug {
    /// Nothing was given.
    #[error("empty")]
    Empty,
    /// Longer than 64 characters.
    #[error("longer than {} characters", Self::MAX_LENGTH)]
    TooLong,
    /// Something other than lower-case letters, digits and hyphens.
    #[error("a character other than a-z, 0-9 and the hyphen")]
    ForeignCharacter,
}

impl InvalidSlug {
    /// The longest slug, in characters.
    pub const MAX_LENGTH: usize = 64;
}

macro_rules! slugs {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The slug as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSlug;

            fn from_str(text: &str) -> Result<Self, InvalidSlug> {
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!(stringify!($name), "({})"), self.0)
            }
        }

        serde_as_text!($name);
    )+};
}

slugs! {
    /// A programme (年度求学圆梦行动): one city's scheme for one year, such as `jinan-2021`.
    ProgrammeId;
    /// A pool (补助名额) of a programme, such as `city`.
    PoolId;
    /// A round (批次) of a programme, such as `spring`.
    RoundId;
}

fn check(text: &str) -> Result<(), InvalidSlug> {
    if text.is_empty() {
        return Err(InvalidSlug::Empty);
    }
    if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        return Err(InvalidSlug::ForeignCharacter);
    }
    if text.len() > InvalidSlug::MAX_LENGTH { Err(InvalidSlug::TooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_slug_survives_text_and_json(text in "[a-z0-9-]{1,64}") {
            let slug: ProgrammeId = text.parse().unwrap();
            let json = serde_json::to_string(&slug).unwrap();

            prop_assert_eq!(slug.to_string(), text);
            prop_assert_eq!(serde_json::from_str::<ProgrammeId>(&json).unwrap(), slug);
        }

        #[test]
        fn what_is_read_is_kept_letter_by_letter(text in ".{0,70}") {
            if let Ok(slug) = text.parse::<PoolId>() {
                prop_assert_eq!(slug.as_str(), text);
            }
        }
    }

    #[test]
    fn a_bad_slug_says_why() {
        assert_eq!("".parse::<PoolId>(), Err(InvalidSlug::Empty));
        assert_eq!("City".parse::<PoolId>(), Err(InvalidSlug::ForeignCharacter));
        assert_eq!("钢城".parse::<PoolId>(), Err(InvalidSlug::ForeignCharacter));
        assert_eq!("a".repeat(65).parse::<PoolId>(), Err(InvalidSlug::TooLong));
    }
}
