//! What a list of cases is asked for.

use vocabulary::{CaseId, ProgrammeId, UnionId};

/// Which cases a list shows.
#[derive(Debug, Default)]
pub struct Filter {
    /// Only in this state, as the table names it.
    pub state: Option<&'static str>,
    /// Only those whose turn is this union's, or its Culture Centre's.
    pub turn_of: Option<(UnionId, bool)>,
    /// Only of this programme.
    pub programme: Option<ProgrammeId>,
}

/// Where a page begins: after the case with this arrival number and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// The arrival number of the last case of the page before.
    pub arrival_number: i64,
    /// Its id; two programmes count their arrivals apart.
    pub case_id: CaseId,
}
