//! An official, and what signing in needs.

use vocabulary::{OfficialId, PersonId, Role, UnionId, UnionPath};

/// An official.
#[derive(Debug, Clone)]
pub struct Official {
    /// The id.
    pub id: OfficialId,
    /// The union acted for.
    pub union: UnionId,
    /// Its path.
    pub path: UnionPath,
    /// True for the Culture Centre.
    pub centre: bool,
    /// The name shown to colleagues.
    pub display_name: String,
    /// The name to sign in with.
    pub sign_in_name: String,
    /// The person.
    pub person: PersonId,
    /// What the official may do.
    pub roles: Vec<Role>,
    /// What signing in needs; none until activated.
    pub credentials: Option<Credentials>,
}

/// What signing in needs.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// The sealed secret of the one-time passwords.
    pub totp_sealed: Vec<u8>,
    /// The last time step accepted.
    pub totp_step: i64,
}
