//! Where a line stands: its epoch, and the number of its last operation.

use std::fmt;

/// Counts the operations of a line from 1; 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Sequence(i64);

/// Counts the times the order was built anew from PostgreSQL, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(i64);

impl Sequence {
    /// Before the first operation.
    pub const START: Self = Self(0);

    /// The one after this.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The one before this.
    pub const fn before(self) -> Self {
        Self(self.0 - 1)
    }

    /// As stores and wire know it.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// In four bytes: no line has so many operations that they do not hold it.
    pub(super) fn as_u32(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

impl Epoch {
    /// That of a new line.
    pub const FIRST: Self = Self(1);

    /// The one after this.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// As stores and wire know it.
    pub const fn get(self) -> i64 {
        self.0
    }
}

macro_rules! numbers {
    ($($name:ident)+) => {$(
        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    )+};
}

numbers! { Sequence Epoch }

/// A point in a line's life. A later epoch is later, whatever its sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The epoch.
    pub epoch: Epoch,
    /// The last operation.
    pub seq: Sequence,
}

/// How a line takes its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Redis orders, PostgreSQL decides.
    Log,
    /// Redis is away: each replica orders its own queue under the lock of the row, and PostgreSQL is the only copy.
    Direct,
    /// Stopped by a fault that only an operator can judge.
    Halted,
}

impl Mode {
    /// As the table spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Log => "LOG",
            Self::Direct => "DIRECT",
            Self::Halted => "HALTED",
        }
    }

    /// Reads what `as_str` wrote.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Log, Self::Direct, Self::Halted].into_iter().find(|mode| mode.as_str() == word)
    }
}
