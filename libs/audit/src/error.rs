//! What can stop the keeping of a trail.

use crate::Finding;

/// Why a trail could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The database failed.
    #[error("the database of the audit trail failed")]
    Database(#[from] sqlx::Error),
    /// The trail was tampered with: nothing more is signed until an operator has looked at it.
    #[error("the audit trail is broken: {0:?}")]
    Broken(Finding),
}
