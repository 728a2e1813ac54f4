//! A person's name, as on the identity card.

use std::str::FromStr;

use crate::masked::masked;

/// The longest name, in characters: long names of the minorities are written in full, with dots.
const MAX_LENGTH: usize = 30;

/// Between the parts of a name; people type others, the card has this one.
const DOT: char = '·';

/// A name of two or more Chinese characters, parts divided by `·`. Prints as `张*`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPersonName {
    /// Fewer than two characters.
    #[error("shorter than two characters")]
    TooShort,
    /// More than 30 characters.
    #[error("longer than {MAX_LENGTH} characters")]
    TooLong,
    /// Something other than Chinese characters with a dot between them.
    #[error("a character that names on identity cards do not have")]
    ForeignCharacter,
}

impl PersonName {
    /// The name in full.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = InvalidPersonName;

    fn from_str(text: &str) -> Result<Self, InvalidPersonName> {
        let name: String =
            text.chars().map(|character| if is_dot(character) { DOT } else { character }).collect();
        match name.chars().count() {
            0 | 1 => return Err(InvalidPersonName::TooShort),
            MAX_LENGTH.. if name.chars().nth(MAX_LENGTH).is_some() => return Err(InvalidPersonName::TooLong),
            _ => {}
        }
        let well_formed = name.split(DOT).all(|part| !part.is_empty() && part.chars().all(is_han));
        if well_formed { Ok(Self(name)) } else { Err(InvalidPersonName::ForeignCharacter) }
    }
}

masked!(PersonName, head = 1, tail = 0);

fn is_dot(character: char) -> bool {
    matches!(character, DOT | '•' | '・' | '‧' | '．')
}

/// The blocks of Unicode that hold Chinese characters; rare ones in names are often in the later blocks.
fn is_han(character: char) -> bool {
    matches!(character, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_survives_text(text in "[\u{4E00}-\u{9FFF}]{1,10}(·[\u{4E00}-\u{9FFF}]{1,10}){0,1}[\u{4E00}-\u{9FFF}]") {
            let name: PersonName = text.parse().unwrap();
            prop_assert_eq!(name.expose().parse(), Ok(name.clone()));
            prop_assert_eq!(name.expose(), text);
        }

        /// only the first character is ever printed.
        #[test]
        fn a_name_prints_masked(text in "[\u{4E00}-\u{9FFF}]{2,30}") {
            let name: PersonName = text.parse().unwrap();
            let first: String = text.chars().take(1).collect();
            let masked = format!("{first}{}", "*".repeat(text.chars().count() - 1));

            prop_assert_eq!(format!("{name:?}"), format!("PersonName({masked})"));
            prop_assert_eq!(name.to_string(), masked);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<PersonName>();
        }
    }

    #[test]
    fn the_dot_of_the_card_is_kept_whatever_was_typed() {
        let name: PersonName = "买买提•艾力".parse().unwrap();
        assert_eq!(name.expose(), "买买提·艾力");
    }

    #[test]
    fn a_bad_name_says_why() {
        let reason = |text: &str| text.parse::<PersonName>().unwrap_err();
        assert_eq!(reason(""), InvalidPersonName::TooShort);
        assert_eq!(reason("张"), InvalidPersonName::TooShort);
        assert_eq!(reason(&"测".repeat(31)), InvalidPersonName::TooLong);
        for text in ["张三 ", "Zhang San", "张·", "·张三", "张3", "张\u{200b}三"] {
            assert_eq!(reason(text), InvalidPersonName::ForeignCharacter, "{text:?}");
        }
    }
}
