//! What reads of a line must show at least. A PostgreSQL that was set back shows less for a while; nobody is told of it
//! until the log was folded again.

use chrono::{DateTime, Utc};

use super::Position;
use super::mutant::{Mutant, planted};

/// Where the line is known to have come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Floor {
    at: Option<Position>,
    /// The PostgreSQL server that was compared with Redis.
    server: Option<DateTime<Utc>>,
}

/// Whether a read of PostgreSQL shows all that was ever committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It does.
    Enough,
    /// It was set back and has not caught up yet.
    TooLittle,
    /// This server was not compared with Redis yet.
    Unknown,
}

impl Floor {
    /// Whether a server, which began at this moment, was compared with Redis, and a row of it shows all that it must.
    pub fn judge(&self, server: DateTime<Utc>, at: Position) -> Shown {
        if self.server != Some(server) && !planted(Mutant::ReadsUncompared) {
            return Shown::Unknown;
        }
        if self.at.is_none_or(|floor| at >= floor) { Shown::Enough } else { Shown::TooLittle }
    }

    /// Redis was asked where the line stands; `known` is where this replica knows it to have come.
    pub fn compared(&mut self, server: DateTime<Utc>, redis: Option<Position>, known: Position) {
        self.server = Some(server);
        self.at = self.at.max(redis).max(Some(known));
    }
}
