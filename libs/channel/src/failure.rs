//! What became of a call that brought no answer: refused, never asked, or perhaps done.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use refusal::{Reason, Refusal};
use tonic::Status;

/// After what time a caller may ask again, when a neighbour could not be reached.
const RETRY_IN: Duration = Duration::from_secs(1);

/// How a call failed, as its caller has to act on it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The neighbour said no, and did nothing. It would say so again; the status is made for people.
    #[error("a neighbour refused: {reason:?}")]
    Refused {
        /// Why.
        reason: Reason,
        /// What it said.
        status: Status,
    },
    /// The neighbour has not seen the call, or has turned it away unread: surely nothing was done.
    #[error("a neighbour could not be asked")]
    Unavailable(#[source] Status),
    /// No answer came in time, or it says nothing: it may have been done. Ask again with the same request id.
    #[error("a neighbour's answer is not known")]
    Unknown(#[source] Status),
}

impl Failure {
    /// Why the neighbour refused, if it did.
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused { reason, .. } => Some(*reason),
            Self::Unavailable(_) | Self::Unknown(_) => None,
        }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        if status.source().is_some_and(<dyn Error>::is::<NotSent>) {
            return Self::Unavailable(status);
        }
        match refusal::of(&status) {
            // Our own token, or the policy, is wrong: an operator's matter, and none of the person's we ask for.
            Some(
                Reason::TokenMissing
                | Reason::TokenInvalid
                | Reason::TokenExpired
                | Reason::CallerNotAllowed
                | Reason::Overloaded,
            ) => Self::Unavailable(status),
            Some(Reason::Unavailable | Reason::Deadline | Reason::Internal) | None => Self::Unknown(status),
            Some(reason) => Self::Refused { reason, status },
        }
    }
}

/// A refusal is passed on as it is; everything else becomes UNAVAILABLE, and its cause stays in the log.
impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { status, .. } => status,
            unanswered => refusal::unavailable("a neighbour", &unanswered),
        }
    }
}

/// Marks a status as told by this side: the call never left.
#[derive(Debug, thiserror::Error)]
#[error("{method} was not sent: {why}")]
pub(crate) struct NotSent {
    pub(crate) method: String,
    pub(crate) why: String,
}

/// Marks a status as told by this side: the connection broke while the answer was awaited.
#[derive(Debug, thiserror::Error)]
#[error("{method} was not answered: {why}")]
pub(crate) struct Lost {
    pub(crate) method: String,
    pub(crate) why: String,
}

/// UNAVAILABLE, with its cause for the log.
pub(crate) fn unavailable(cause: impl Error + Send + Sync + 'static) -> Status {
    let mut status = Status::from(Refusal::new(Reason::Unavailable).retry_in(RETRY_IN));
    status.set_source(Arc::new(cause));
    status
}

/// The time is over.
pub(crate) fn too_late() -> Status {
    Refusal::new(Reason::Deadline).into()
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn what_the_neighbour_decided_is_told_from_what_is_not_known() {
        let of = |reason| Failure::from(Status::from(Refusal::new(reason)));
        assert_eq!(of(Reason::NotFound).reason(), Some(Reason::NotFound));
        for reason in [Reason::TokenExpired, Reason::CallerNotAllowed, Reason::Overloaded] {
            assert!(matches!(of(reason), Failure::Unavailable(_)), "{reason:?}");
        }
        for reason in [Reason::Unavailable, Reason::Deadline, Reason::Internal] {
            assert!(matches!(of(reason), Failure::Unknown(_)), "{reason:?}");
        }
        let foreign = Failure::from(Status::new(Code::NotFound, "not ours"));
        assert!(matches!(foreign, Failure::Unknown(_)), "who does not speak our way is not believed");
    }

    #[test]
    fn what_was_never_sent_is_surely_not_done() {
        let (method, why) = ("/a.B/C".to_owned(), "connection refused".to_owned());
        let status = unavailable(NotSent { method: method.clone(), why: why.clone() });
        assert!(matches!(Failure::from(status), Failure::Unavailable(_)));
        let status = unavailable(Lost { method, why });
        assert!(matches!(Failure::from(status), Failure::Unknown(_)));
    }

    #[test]
    fn a_refusal_is_passed_on_and_a_cause_is_not() {
        let refused = Failure::from(Status::from(Refusal::new(Reason::NotFound)));
        assert_eq!(refusal::of(&refused.into()), Some(Reason::NotFound));

        let (method, why) = ("/a.B/C".to_owned(), "10.0.0.7:7001 refused".to_owned());
        let passed_on = Status::from(Failure::from(unavailable(NotSent { method, why })));
        assert_eq!(refusal::of(&passed_on), Some(Reason::Unavailable));
        assert!(!format!("{passed_on:?}").contains("10.0.0.7"), "{passed_on:?}");
    }
}
