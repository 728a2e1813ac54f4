//! What hearers outside are told of an operation: places and rounds, and nothing about people.

use vocabulary::{ApplicationId, RoundId};

use super::{Kind, Outcome, Request};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A round takes applications from here on.
    Opened(RoundId),
    /// A round takes none from here on.
    Closed(RoundId),
    /// An application got its place.
    Taken {
        /// The application.
        application: ApplicationId,
        /// Its arrival number.
        arrival: i64,
        /// The round it came in.
        round: RoundId,
    },
    /// An application's place ended for good.
    Released {
        /// The application.
        application: ApplicationId,
        /// Its arrival number.
        arrival: i64,
    },
}

impl Happening {
    /// What happened by an operation, from its row in the journal; none where nobody outside is told of it: it was refused, is
    /// of another kind, or released an application that had no place.
    pub fn of(kind: Kind, body: &str, outcome: &Outcome) -> Option<Self> {
        match (Request::read(kind, body)?, outcome) {
            (Request::Open(round), Outcome::Done) => Some(Self::Opened(round)),
            (Request::Close(round), Outcome::Done) => Some(Self::Closed(round)),
            (Request::Reserve(asked), Outcome::Place { arrival, .. }) => {
                Some(Self::Taken { application: asked.application, arrival: *arrival, round: asked.round })
            }
            (Request::Release { application, .. }, Outcome::Place { arrival, .. }) if *arrival > 0 => {
                Some(Self::Released { application, arrival: *arrival })
            }
            _ => None,
        }
    }
}
