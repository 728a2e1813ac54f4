//! What lets a union join, once.

use vocabulary::{InvitationId, UnionId};

use super::UnionKind;

/// An invitation that is open.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The union that invites.
    pub parent: UnionId,
    /// What kind of union may join with it.
    pub kind: UnionKind,
}
