//! Every way in which identity refuses or fails, and what each is on the wire.

use postgres::RequestError;
use refusal::{Reason, Refusal};
use tonic::Status;

/// Why a call is not answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The law, or the caller's scope, says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// PostgreSQL failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The Redis of codes and limits failed.
    #[error("the store of codes failed")]
    Codes(#[from] redis::RedisError),
    /// The SMS gateway or the real-name check failed, or did not answer.
    #[error("{0} did not answer as it should")]
    Outside(&'static str, #[source] reqwest::Error),
    /// A server outside has understood, and does not do it.
    #[error("{0} does not do what it was asked")]
    TurnedAway(&'static str),
    /// A sealed value does not open.
    #[error("a sealed value failed")]
    Sealing(#[from] sealing::SealingError),
    /// A token could not be signed.
    #[error("a token could not be issued")]
    Token(#[from] auth::IssueError),
    /// A password could not be hashed or read.
    #[error("a password could not be hashed: {0}")]
    Password(String),
    /// A task was lost.
    #[error("a task was lost")]
    Task(#[from] tokio::task::JoinError),
    /// What was stored before cannot be read.
    #[error("a stored value is not what it should be: {0}")]
    Stored(&'static str),
}

impl Error {
    /// What is not there, or is out of the caller's scope.
    pub fn not_found() -> Self {
        Self::Refused(Reason::NotFound.into())
    }

    /// A server outside failed. Its address may carry what was asked, so it does not go into the log.
    pub fn outside(what: &'static str, error: reqwest::Error) -> Self {
        Self::Outside(what, error.without_url())
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason.into())
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Refused(refusal) => Self::Refused(refusal),
            RequestError::Database(error) => Self::Database(error),
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Database(ref cause) if postgres::is_passing(cause) => {
                refusal::unavailable("postgres", &error)
            }
            Error::Codes(_) => refusal::unavailable("redis", &error),
            Error::Outside(what, _) | Error::TurnedAway(what) => refusal::unavailable(what, &error),
            _ => refusal::internal(&error),
        }
    }
}
