//! What a reviewer can decide.

use vocabulary::Day;

/// A decision, with what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The next step decides.
    Pass,
    /// The worker corrects.
    Return {
        /// What is to be corrected.
        correction: String,
        /// Until when, this day included.
        correct_by: Day,
    },
    /// The application ends.
    Reject {
        /// Why.
        reason: String,
    },
}

/// The kinds of decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionKind {
    /// The next step decides.
    Pass,
    /// The worker corrects.
    Return,
    /// The application ends.
    Reject,
}

impl Verdict {
    /// Which kind it is.
    pub fn kind(&self) -> DecisionKind {
        match self {
            Self::Pass => DecisionKind::Pass,
            Self::Return { .. } => DecisionKind::Return,
            Self::Reject { .. } => DecisionKind::Reject,
        }
    }

    /// What the reviewer wrote; empty for a pass.
    pub fn note(&self) -> &str {
        match self {
            Self::Pass => "",
            Self::Return { correction, .. } => correction,
            Self::Reject { reason } => reason,
        }
    }
}
