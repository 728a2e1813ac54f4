//! What a list of applications is asked for.

use chrono::{DateTime, Utc};
use vocabulary::{ApplicationId, ProgrammeId};

/// Which applications a list is of.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of one programme.
    pub programme: Option<ProgrammeId>,
    /// In one state, as the table names it.
    pub state: Option<&'static str>,
}

/// Where a page goes on.
#[derive(Debug, Clone, Copy)]
pub struct After {
    /// When the last one was started.
    pub created_at: DateTime<Utc>,
    /// The last one.
    pub id: ApplicationId,
}
