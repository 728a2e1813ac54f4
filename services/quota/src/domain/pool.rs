//! One pool of a line: its seats and its waiting list.

use vocabulary::{PoolId, ProgrammeId, UnionId};

use super::{Queue, Seats};

/// Which pool of its line, in the order in which they were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolIndex(pub(super) u16);

/// The most pools of a line: unions of every level may add their own.
pub(super) const MAX_POOLS: usize = 1_000;

impl PoolIndex {
    /// That of the pool with this number, which is below `MAX_POOLS`.
    pub(super) fn of(number: usize) -> Self {
        Self(u16::try_from(number).unwrap_or(u16::MAX))
    }

    /// As the table keeps it.
    pub const fn number(self) -> usize {
        self.0 as usize
    }
}

/// A pool's seats and who waits for one.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Its name.
    pub id: PoolId,
    /// The union whose subtree it serves.
    pub union: UnionId,
    /// Seats that nobody holds.
    pub seats: Seats,
    /// How many hold a seat.
    pub taken: usize,
    /// Who waits, by when they entered.
    pub waiting: Queue,
}

/// A pool's figures, read from the tables.
#[derive(Debug, Clone)]
pub struct PoolNow {
    /// The programme.
    pub programme: ProgrammeId,
    /// The pool.
    pub pool: PoolId,
    /// The union whose subtree it serves.
    pub union: UnionId,
    /// Its seats.
    pub capacity: i64,
    /// Seats taken.
    pub taken: i64,
    /// How many wait.
    pub waiting: i64,
}

impl Pool {
    /// A pool without seats.
    pub fn new(id: PoolId, union: UnionId) -> Self {
        Self { id, union, seats: Seats::default(), taken: 0, waiting: Queue::default() }
    }

    /// How many seats there are.
    pub fn capacity(&self) -> usize {
        self.taken + self.seats.free()
    }
}
