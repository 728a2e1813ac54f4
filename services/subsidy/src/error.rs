//! Every way in which subsidy refuses or fails, and what each is on the wire.

use channel::Failure;
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
    /// A neighbour refused, or could not be asked.
    #[error("a neighbour did not answer as hoped")]
    Neighbour(#[from] Failure),
    /// A neighbour, or a stored order, says what cannot be.
    #[error("what was read cannot be understood: {0}")]
    BadAnswer(&'static str),
    /// The object store failed.
    #[error("the object store failed")]
    Files(#[from] object_store::Error),
    /// A file cannot be sealed or opened.
    #[error("a file cannot be sealed or opened")]
    Sealing(#[from] sealing::SealingError),
    /// The form cannot be printed.
    #[error("the form cannot be printed")]
    Print(#[from] typeset::PrintError),
    /// Work on a thread of its own failed.
    #[error("work on a thread of its own failed")]
    Thread(#[from] tokio::task::JoinError),
    /// An upload broke off, or was refused by the transport.
    #[error("the upload broke off")]
    Upload(#[source] Status),
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
            Error::Neighbour(failure) => failure.into(),
            Error::Upload(status) => status,
            Error::Database(ref cause) if postgres::is_passing(cause) => {
                refusal::unavailable("postgres", &error)
            }
            Error::Files(_) => refusal::unavailable("the object store", &error),
            Error::Database(_)
            | Error::BadAnswer(_)
            | Error::Sealing(_)
            | Error::Print(_)
            | Error::Thread(_) => refusal::internal(&error),
        }
    }
}
