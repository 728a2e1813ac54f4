//! An application's place in line, and how it stands in each pool.

use serde::{Deserialize, Serialize};
use vocabulary::{ApplicationId, PoolId, RoundId, WorkerId};

use super::{Digest, PoolIndex, Sequence};

/// Which place of its line, in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceIndex(u32);

/// An application's place. A line keeps a million of them in memory, so what many have in common is kept once and named
/// by its number.
#[derive(Debug, Clone)]
pub struct Place {
    /// The application.
    pub application: ApplicationId,
    /// The worker.
    pub person: WorkerId,
    /// The operation that gave it.
    pub seq: Sequence,
    /// Whether it counts.
    pub state: PlaceState,
    /// One for each pool it stands or stood in, widest scope first, later pools last.
    pub standings: Box<[Standing]>,
    pub(super) round: RoundIndex,
    pub(super) chain: ChainIndex,
    /// When it entered the line of each union of its chain, in their order; none where it never moved, for then it
    /// entered all of them by the operation that gave it.
    pub(super) entered: Option<Box<[Sequence]>>,
}

/// Which round of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RoundIndex(pub(super) u16);

/// Which chain of unions of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ChainIndex(pub(super) u32);

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

impl PlaceIndex {
    /// The place of an arrival number, which counts from 1.
    pub(super) const fn of_arrival(index: usize) -> Self {
        // No line has four thousand million places.
        #[allow(clippy::cast_possible_truncation, reason = "see above")]
        Self(index as u32)
    }

    pub(super) const fn number(self) -> usize {
        self.0 as usize
    }

    /// Counts accepted reservations from 1.
    pub fn arrival(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl From<u32> for PlaceIndex {
    fn from(number: u32) -> Self {
        Self(number)
    }
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
    /// The seat, where one is held.
    pub const fn seat(self) -> Option<u32> {
        match self {
            Self::Seated(seat) => Some(seat),
            Self::Waiting | Self::Left => None,
        }
    }
}
