//! Every way in which payment refuses or fails, and what each is on the wire.

use channel::Failure;
use postgres::RequestError;
use refusal::{Reason, Refusal};
use tonic::Status;

/// Why a call is not answered, an event not taken, or an instruction not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The law, or the caller's scope, says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// PostgreSQL failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// subsidy refused, or could not be asked.
    #[error("subsidy did not answer as hoped")]
    Neighbour(#[from] Failure),
    /// Bank or wallet did not answer: what became of it is not known.
    #[error("{0} did not answer")]
    Outside(&'static str, #[source] reqwest::Error),
    /// An event, a neighbour or a server outside says what cannot be.
    #[error("what was read cannot be understood: {0}")]
    BadAnswer(&'static str),
    /// A payee cannot be sealed or opened.
    #[error("a payee cannot be sealed or opened")]
    Sealing(#[from] sealing::SealingError),
    /// A sealed payee is not one.
    #[error("a sealed payee cannot be read")]
    Payee(#[from] serde_json::Error),
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

    /// A sum that no amount can hold.
    pub const fn too_large() -> Self {
        Self::BadAnswer("a sum of money is too large")
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
            Error::Outside(server, _) => refusal::unavailable(server, &error),
            Error::Database(ref cause) if postgres::is_passing(cause) => {
                refusal::unavailable("postgres", &error)
            }
            Error::Database(_) | Error::BadAnswer(_) | Error::Sealing(_) | Error::Payee(_) => {
                refusal::internal(&error)
            }
        }
    }
}
