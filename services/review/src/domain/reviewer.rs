//! An official, as far as review needs to know.

use vocabulary::{OfficialId, PersonId, UnionId, UnionPath};

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// The official.
    pub official_id: OfficialId,
    /// The official as a person.
    pub person_id: PersonId,
    /// The union acted for.
    pub union_id: UnionId,
    /// That union's path.
    pub union_path: UnionPath,
    /// True for the Culture Centre.
    pub centre: bool,
}
