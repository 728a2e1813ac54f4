//! Every way in which review refuses or fails, and what each is on the wire.

use postgres::RequestError;
use refusal::{Reason, Refusal};
use tonic::Status;

/// Why a call is not answered, or an event not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The law, or the caller's scope, says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// PostgreSQL failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// An event of another service says what cannot be.
    #[error("the event cannot be understood: {0}")]
    BadEvent(&'static str),
}

impl Error {
    /// A case that is not there, or is out of the caller's scope.
    pub fn no_such_case() -> Self {
        Self::Refused(Reason::NotFound.into())
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
            Error::Database(_) | Error::BadEvent(_) => refusal::internal(&error),
        }
    }
}
