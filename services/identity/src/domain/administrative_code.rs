//! The administrative code of a place (GB/T 2260): six digits for a district, nine or twelve for what lies below.

use std::str::FromStr;

use refusal::{Reason, Refusal};

/// The code of a place, such as `370117`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministrativeCode(String);

/// Not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 6, 9 or 12 digits")]
pub struct InvalidAdministrativeCode;

impl AdministrativeCode {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AdministrativeCode {
    type Err = InvalidAdministrativeCode;

    fn from_str(text: &str) -> Result<Self, InvalidAdministrativeCode> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && matches!(text.len(), 6 | 9 | 12) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAdministrativeCode)
        }
    }
}

impl From<InvalidAdministrativeCode> for Refusal {
    fn from(_: InvalidAdministrativeCode) -> Self {
        Self::new(Reason::AdministrativeCodeMalformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_nine_or_twelve_digits() {
        for code in ["370117", "370117001", "370117001001"] {
            assert_eq!(code.parse::<AdministrativeCode>().unwrap().as_str(), code);
        }
        for bad in ["", "37011", "37011a", "3701171", "３７０１１７"] {
            assert!(bad.parse::<AdministrativeCode>().is_err(), "{bad}");
        }
    }
}
