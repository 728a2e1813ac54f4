//! The name that an official signs in with.

use std::str::FromStr;

use refusal::{Reason, Refusal};

/// 3 to 40 of `a-z 0-9 . _ -`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInName(String);

/// Not such a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 3 to 40 of a-z, 0-9, dot, underscore and hyphen")]
pub struct InvalidSignInName;

impl SignInName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SignInName {
    type Err = InvalidSignInName;

    fn from_str(text: &str) -> Result<Self, InvalidSignInName> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        if (3..=40).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSignInName)
        }
    }
}

impl From<InvalidSignInName> for Refusal {
    fn from(_: InvalidSignInName) -> Self {
        Self::new(Reason::SignInNameMalformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain() {
        assert!("li.si-2021_a".parse::<SignInName>().is_ok());
        for bad in ["", "ab", "Li", "李四李四", "a b c", &"a".repeat(41)] {
            assert!(bad.parse::<SignInName>().is_err(), "{bad}");
        }
    }
}
