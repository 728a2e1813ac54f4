//! An application's place in line, and how it stands in each pool.

use serde::{Deserialize, Serialize};
use vocabulary::{ApplicationId, PoolId, RoundId, UnionId, WorkerId};

use super::{Digest, PoolIndex, Sequence};

/// An application's place.
#[derive(Debug, Clone)]
pub struct Place {
    /// What the reservation gave; none for an application that was released before it arrived.
    pub taken: Option<Taken>,
    /// Whether it counts.
    pub state: PlaceState,
    /// One for each pool it stands or stood in, widest scope first, later pools last.
    pub standings: Vec<Standing>,
}

/// What a reservation gave, which never changes.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Counts accepted reservations from 1.
    pub arrival: i64,
    /// The worker.
    pub person: WorkerId,
    /// The round it came in.
    pub round: RoundId,
    /// The operation that gave it: when it entered the line of each of its unions.
    pub seq: Sequence,
    /// From the worker's unit union, or the chosen one, up to the city federation.
    pub unions: Vec<UnionId>,
}

/// Whether a place counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlaceState {
    /// In line.
    Live,
    /// Finally approved: not releasable.
    Confirmed,
    /// Left for good.
    Released,
}

/// A place in one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The pool.
    pub pool: PoolIndex,
    /// Orders the pool's line.
    pub entered: Sequence,
    /// How it stands.
    pub stand: Stand,
}

/// How a place stands in a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Holds the seat of this number.
    Seated(u32),
    /// On the waiting list.
    Waiting,
    /// Left.
    Left,
}

/// How a place stood in a pool when an operation was decided, as it is answered and recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PlacedIn {
    /// Held this seat.
    Seat(PoolId, u32),
    /// Waited at this position, from 1.
    Waiting(PoolId, u32),
    /// Had left.
    Left(PoolId),
}

/// A place as it is now, read from the tables.
#[derive(Debug, Clone)]
pub struct PlaceNow {
    /// The application.
    pub application: ApplicationId,
    /// Its arrival number; 0 for one that was released before it arrived.
    pub arrival: i64,
    /// The round it came in; none for one that was released before it arrived.
    pub round: Option<RoundId>,
    /// Whether it counts.
    pub state: PlaceState,
    /// The operation that gave it, and the SHA-256 chain there.
    pub given: Option<(Sequence, Digest)>,
    /// One for each pool it stands or stood in.
    pub standings: Vec<PlacedIn>,
}

/// One who waits in a pool.
#[derive(Debug, Clone)]
pub struct WaitingNow {
    /// The application.
    pub application: ApplicationId,
    /// Its arrival number.
    pub arrival: i64,
    /// When it entered the pool's line.
    pub entered: Sequence,
    /// Its position, from 1.
    pub position: i64,
}

impl PlaceState {
    /// As the table spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "LIVE",
            Self::Confirmed => "CONFIRMED",
            Self::Released => "RELEASED",
        }
    }

    /// Reads what `as_str` wrote.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Live, Self::Confirmed, Self::Released].into_iter().find(|state| state.as_str() == word)
    }
}

impl Stand {
    /// As the table spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seated(_) => "SEATED",
            Self::Waiting => "WAITING",
            Self::Left => "LEFT",
        }
    }

    /// The seat, where one is held.
    pub const fn seat(self) -> Option<u32> {
        match self {
            Self::Seated(seat) => Some(seat),
            Self::Waiting | Self::Left => None,
        }
    }
}
