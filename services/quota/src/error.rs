//! Every way in which quota refuses or fails.

use refusal::{Reason, Refusal};
use tonic::Status;

use crate::domain::{Refused, WindowRefused};
use crate::store::order::OrderError;

/// Why a call or a job did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused, for a reason that the caller is told.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// PostgreSQL failed.
    #[error("PostgreSQL failed")]
    Database(#[from] sqlx::Error),
    /// Redis failed.
    #[error("the order cannot be had")]
    Order(#[from] OrderError),
    /// No decision in time: the operation may be decided or not, and is to be repeated with its id.
    #[error("no decision in time")]
    NotDecided,
    /// PostgreSQL shows less than was committed: it was set back, and is being brought up again.
    #[error("PostgreSQL is behind what was committed")]
    SetBack,
    /// Work in a task of its own panicked.
    #[error("the work broke off")]
    Panicked(#[from] tokio::task::JoinError),
    /// The tables are not what the fold of the journal gives.
    #[error("the line and its journal do not agree")]
    Disagreement,
}

impl Error {
    /// Whether a constraint of the tables fired, which is always a fault of this program.
    pub fn is_violation(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        // Class 23 of SQLSTATE: integrity constraint violation.
        error.code().is_some_and(|code| code.starts_with("23"))
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        match &error {
            Error::Refused(refusal) => refusal.clone().into(),
            Error::Order(_) => refusal::unavailable("redis", &error),
            Error::NotDecided | Error::SetBack => refusal::unavailable("the line", &error),
            Error::Database(cause) if postgres::is_passing(cause) => refusal::unavailable("postgres", &error),
            Error::Database(_) | Error::Panicked(_) | Error::Disagreement => refusal::internal(&error),
        }
    }
}

impl From<postgres::RequestError> for Error {
    fn from(error: postgres::RequestError) -> Self {
        match error {
            postgres::RequestError::Refused(refusal) => Self::Refused(refusal),
            postgres::RequestError::Database(error) => Self::Database(error),
        }
    }
}

/// How a decision that refuses is told.
impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Ended => Self::new(Reason::LineEnded),
            Refused::NotOpen | Refused::RoundOver => Self::new(Reason::RoundNotOpen),
            Refused::DuplicatePerson => Self::new(Reason::PersonInLine),
            Refused::DuplicateApplication => Self::new(Reason::ApplicationInLine),
            Refused::Left => Self::new(Reason::PlaceLeft),
            Refused::Confirmed => Self::new(Reason::PlaceConfirmed),
            Refused::UnknownApplication | Refused::UnknownPool => Self::new(Reason::NotFound),
            Refused::DuplicatePool => Self::new(Reason::PoolExists),
            Refused::TooManyPools => Self::new(Reason::PoolsTooMany),
            Refused::BelowTaken { taken } => Self::new(Reason::CapacityBelowTaken).with("taken", taken),
            // Only another program can have written it into the log.
            Refused::Malformed => Self::new(Reason::Internal),
        }
    }
}

impl From<WindowRefused> for Refusal {
    fn from(refused: WindowRefused) -> Self {
        match refused {
            WindowRefused::Reversed(round) => Self::new(Reason::RoundReversed).with("round", round),
            WindowRefused::Overlap(round) => Self::new(Reason::RoundsOverlap).with("round", round),
            WindowRefused::Fixed(round) => Self::new(Reason::WindowFixed).with("round", round),
        }
    }
}
