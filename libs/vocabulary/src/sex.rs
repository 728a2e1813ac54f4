//! Sex, as an ID number carries it.

use std::fmt;

/// A person's sex as registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 女.
    Female,
    /// 男.
    Male,
}

/// As a form prints it.
impl fmt::Display for Sex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Female => "女",
            Self::Male => "男",
        })
    }
}
