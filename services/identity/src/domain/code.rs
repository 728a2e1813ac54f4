//! One-time codes.

use chrono::{DateTime, Utc};

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Registering.
    Register,
    /// Signing in.
    SignIn,
}

impl Purpose {
    /// As keys name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign_in",
        }
    }
}

/// A code that is kept.
#[derive(Clone)]
pub struct Kept {
    /// Six digits.
    pub code: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// From when on another may be asked for.
    pub next_at: DateTime<Utc>,
}

/// What became of a request for a code.
pub enum KeepOutcome {
    /// It is kept, now or since the same request before.
    Kept(Kept),
    /// The next may be asked for then.
    TooSoon(DateTime<Utc>),
    /// No more today.
    Exhausted,
}
