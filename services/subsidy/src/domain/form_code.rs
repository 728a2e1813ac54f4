//! The QR code on the form: `YM1:<application number>:<revision>:<keyed check>`, so that nobody draws one by hand.

use std::fmt::Write as _;
use std::str::FromStr;

/// What the QR code of a form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormCode {
    /// The application's number.
    pub number: String,
    /// The revision printed.
    pub revision: i32,
    /// The check.
    pub seal: Seal,
}

/// The first 16 bytes of a keyed digest of number and revision, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal(String);

impl Seal {
    const BYTES: usize = 16;

    /// The check made of a keyed digest.
    pub fn of(digest: &[u8]) -> Self {
        let mut text = String::with_capacity(2 * Self::BYTES);
        for byte in digest.iter().take(Self::BYTES) {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

impl FormCode {
    /// What the check is made of.
    pub fn sealed_text(number: &str, revision: i32) -> String {
        format!("{number}:{revision}")
    }

    /// The text of the code.
    pub fn text(&self) -> String {
        format!("YM1:{}:{}:{}", self.number, self.revision, self.seal.0)
    }
}

/// A code that is none of ours.
#[derive(Debug, PartialEq, Eq)]
pub struct NotOurs;

impl FromStr for FormCode {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let mut parts = text.split(':');
        match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("YM1"), Some(number), Some(revision), Some(seal), None) => Ok(Self {
                number: number.to_owned(),
                revision: revision.parse().map_err(|_| NotOurs)?,
                seal: Seal(seal.to_owned()),
            }),
            _ => Err(NotOurs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// what is printed reads back, and nothing else does.
    #[test]
    fn a_code_reads_back() {
        let code =
            FormCode { number: "QXYM-2021-000123".to_owned(), revision: 2, seal: Seal::of(&[0xab; 32]) };

        assert_eq!(code.text(), format!("YM1:QXYM-2021-000123:2:{}", "ab".repeat(16)));
        assert_eq!(code.text().parse(), Ok(code));
        for foreign in ["", "YM1:a:b:c", "YM2:a:1:c", "YM1:a:1", "YM1:a:1:c:d", "https://example.cn"] {
            assert_eq!(foreign.parse::<FormCode>(), Err(NotOurs), "{foreign}");
        }
    }
}
