//! What identity keeps: people, sessions, unions, invitations and officials in PostgreSQL; codes and limits in Redis.

pub mod codes;
pub mod invitation;
pub mod official;
pub mod session;
pub mod union_node;
pub mod worker;

/// A row that says what cannot be: a bug of ours, or a damaged table.
fn decode(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}
