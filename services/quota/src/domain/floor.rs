//! What reads of a line must show at least. A PostgreSQL that was set back shows less for a while; nobody is told of it
//! until the log was folded again.

use chrono::{DateTime, Utc};

use super::Position;
use super::mutant::{Mutant, planted};

/// The PostgreSQL server that shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// When its process began: one that was set back began later.
    pub began: DateTime<Utc>,
    /// Whether it bears the mark that some replica has compared it with Redis since then, and seen it show everything. A
    /// server that was set back does not: the mark names when the server began.
    pub is_vouched_for: bool,
}

/// Where the line is known to have come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Floor {
    at: Option<Position>,
    /// When the PostgreSQL server began that this replica has compared with Redis.
    compared: Option<DateTime<Utc>>,
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
    /// Whether a server was compared with Redis, and a row of it shows all that it must.
    pub fn judge(&self, server: Server, at: Position) -> Shown {
        let compared = server.is_vouched_for || self.compared == Some(server.began);
        if !compared && !planted(Mutant::ReadsUncompared) {
            return Shown::Unknown;
        }
        if self.at.is_none_or(|floor| at >= floor) { Shown::Enough } else { Shown::TooLittle }
    }

    /// Redis was asked where the line stands; `known` is where this replica knows it to have come.
    pub fn compared(&mut self, server: Server, redis: Option<Position>, known: Position) {
        self.compared = Some(server.began);
        self.at = self.at.max(redis).max(Some(known));
    }
}
