//! What an official may do for the own union.

use std::fmt;
use std::str::FromStr;

use crate::text_form::serde_as_text;

/// A role of an official.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Decides steps of cases (审核).
    Reviewer,
    /// Handles money (财务).
    Finance,
    /// Watches, and reads the audit trail (监督).
    Supervisor,
    /// Appoints officials and admits unions (管理).
    Administrator,
}

/// Why a text is not a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRole {
    /// None of the four.
    #[error("not reviewer, finance, supervisor or administrator")]
    Unknown,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Reviewer, Self::Finance, Self::Supervisor, Self::Administrator];

    /// The role in tokens, tables and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Finance => "finance",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
        }
    }

    /// The role as people call it.
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Reviewer => "审核员",
            Self::Finance => "财务人员",
            Self::Supervisor => "监督员",
            Self::Administrator => "管理员",
        }
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, InvalidRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(InvalidRole::Unknown)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

serde_as_text!(Role);

#[cfg(test)]
mod tests {
    use super::*;

    /// an official's role is one of four.
    #[test]
    fn a_role_survives_text_and_json() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
            assert_eq!(serde_json::from_str::<Role>(&format!("\"{role}\"")).unwrap(), role);
        }
        assert_eq!("Reviewer".parse::<Role>(), Err(InvalidRole::Unknown));
    }
}
