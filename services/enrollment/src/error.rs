//! Every way in which enrollment refuses or fails, and what each is on the wire.

use channel::Failure;
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
    /// identity refused, or could not be asked.
    #[error("identity did not answer as hoped")]
    Identity(#[from] Failure),
    /// identity says what cannot be.
    #[error("identity's answer cannot be understood: {0}")]
    BadAnswer(&'static str),
    /// The stream of an import broke off.
    #[error("the import broke off")]
    Import(#[source] Status),
}

impl Error {
    /// What is not there, or is out of the caller's scope.
    pub fn not_found() -> Self {
        Self::refused(Reason::NotFound)
    }

    /// A refusal without further words.
    pub fn refused(reason: Reason) -> Self {
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
            Error::Identity(failure) => failure.into(),
            Error::Import(status) => status,
            Error::Database(ref cause) if postgres::is_passing(cause) => {
                refusal::unavailable("postgres", &error)
            }
            Error::Database(_) | Error::BadAnswer(_) => refusal::internal(&error),
        }
    }
}
