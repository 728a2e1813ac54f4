//! What a line answers to an operation, and what that changes.

use serde::{Deserialize, Serialize};
use vocabulary::{ApplicationId, PoolId, RoundId, UnionId};

use super::{PlaceIndex, PlaceState, PlacedIn, PoolIndex, ReleaseReason, Reservation, Sequence, Standing};

/// The answer to an operation and its effects, in order.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What the sender is told, for ever.
    pub outcome: Outcome,
    /// What it changes.
    pub effects: Vec<Effect>,
}

/// What the sender of an operation is told, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// The place as this operation left it.
    Place {
        /// Its arrival number; 0 for one that was released before it arrived.
        arrival: i64,
        /// The round it came in; none for one that was released before it arrived.
        round: Option<RoundId>,
        /// Whether it counts.
        state: PlaceState,
        /// How it stands in each pool.
        standings: Vec<PlacedIn>,
    },
    /// Done; there is nothing more to tell.
    Done,
    /// Refused: nothing changed.
    Refused(Refused),
}

/// Why an operation is refused. A refusal is recorded like any other decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refused {
    /// The line has ended.
    Ended,
    /// The round does not take applications.
    NotOpen,
    /// The round was opened or closed before.
    RoundOver,
    /// The worker has a live place in this programme.
    DuplicatePerson,
    /// The application has a place already.
    DuplicateApplication,
    /// The application has left for good.
    Left,
    /// The place is final.
    Confirmed,
    /// No place was ever given to the application.
    UnknownApplication,
    /// The line has no such pool.
    UnknownPool,
    /// The line has a pool of this name.
    DuplicatePool,
    /// The line has as many pools as it may.
    TooManyPools,
    /// Fewer seats than are taken.
    BelowTaken {
        /// How many are taken.
        taken: u32,
    },
    /// The body cannot be read.
    Malformed,
}

/// One change of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A round takes applications from here on; any other one does not.
    Opened(RoundId),
    /// A round takes none from here on.
    Closed(RoundId),
    /// An application arrived: it has the next arrival number, and stands like this.
    Arrived(Box<Reservation>, Vec<Standing>),
    /// An application was released before it arrived.
    Barred(ApplicationId),
    /// A place stands under these unions from here on.
    Moved(PlaceIndex, Box<[UnionId]>),
    /// A place stands in a pool that it did not stand in: on a free seat, or waiting.
    Stood {
        /// The place.
        place: PlaceIndex,
        /// How it stands.
        standing: Standing,
        /// Orders the pool's line.
        entered: Sequence,
    },
    /// A place left a pool.
    Left(PlaceIndex, PoolIndex),
    /// A place ended for good: its seats are free, it waits nowhere.
    Released(PlaceIndex, ReleaseReason),
    /// A place became final.
    Confirmed(PlaceIndex),
    /// A waiting application got a seat.
    Promoted {
        /// Its place.
        place: PlaceIndex,
        /// The pool.
        pool: PoolIndex,
        /// The seat.
        seat: u32,
    },
    /// A pool was added, without seats at first.
    PoolAdded(PoolId, UnionId),
    /// A pool got these seats.
    SeatsAdded(PoolIndex, Vec<u32>),
    /// A pool lost these seats, which were free.
    SeatsRemoved(PoolIndex, Vec<u32>),
    /// The line ended.
    Ended,
}

/// A promotion as it is recorded and announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// The application.
    pub application: ApplicationId,
    /// The pool.
    pub pool: PoolId,
    /// The seat.
    pub seat: u32,
}

impl From<Refused> for Decision {
    fn from(why: Refused) -> Self {
        Self { outcome: Outcome::Refused(why), effects: Vec::new() }
    }
}
