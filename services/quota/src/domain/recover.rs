//! What to do about evidence that Redis' log is not the one that PostgreSQL goes on from.

use super::{Epoch, Head, Mode, Order, Position, Row, Sequence};

/// More epochs than this within a minute mean that two Redis primaries take turns.
pub const MAX_RECENT: usize = 3;

/// Why the order may have to be built anew. An unreachable Redis is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Redis holds nothing of the epoch, or another one.
    Stale,
    /// Redis is behind what is known to be committed.
    Behind,
    /// The log lacks an entry.
    Hole,
    /// The log does not extend what is committed.
    BrokenChain,
    /// A sequence was folded, and the operation that it was given to is not there.
    MissingOperation,
}

/// Why a line halts: what only an operator can judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HaltCause {
    /// PostgreSQL lacks what was committed, and Redis cannot give it back.
    BothStoresLost,
    /// Redis is in a later epoch, with a log that does not extend PostgreSQL's.
    OrderAhead,
    /// The order was built anew too often within a minute.
    TooManyRecoveries,
    /// A constraint of the tables was violated: a fault of this program.
    ConstraintViolated,
}

/// What Redis says when it is asked again, under the lock of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The log of Redis' own current epoch, with the entry after the row's last.
    pub order: Order,
    /// How many epochs began within the last minute.
    pub recent: usize,
}

/// What a recovery does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the line is halted.
    Halted,
    /// Nothing: the log does go on from the row.
    Healthy,
    /// Another epoch has begun meanwhile: load the line anew.
    Reload,
    /// Put this epoch into Redis once more: nothing of it was ever folded.
    Install(Epoch),
    /// Take over the later epoch that Redis is in: PostgreSQL was set back to before it.
    Adopt {
        /// That epoch.
        epoch: Epoch,
        /// Where it began.
        base_seq: Sequence,
    },
    /// Begin the next epoch at the row, and put it into Redis.
    Begin(Epoch),
    /// Stop the line.
    Halt(HaltCause),
}

impl Evidence {
    /// For logs and the table of recoveries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stale => "STALE",
            Self::Behind => "BEHIND",
            Self::Hole => "HOLE",
            Self::BrokenChain => "BROKEN_CHAIN",
            Self::MissingOperation => "MISSING_OPERATION",
        }
    }
}

impl HaltCause {
    /// For logs and the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BothStoresLost => "BOTH_STORES_LOST",
            Self::OrderAhead => "ORDER_AHEAD",
            Self::TooManyRecoveries => "TOO_MANY_RECOVERIES",
            Self::ConstraintViolated => "CONSTRAINT_VIOLATED",
        }
    }
}

/// Decides what a recovery does. `evidence_from` is the epoch in which the evidence was found, `durable` the latest
/// position that this replica has ever seen committed: it outlives its memory of the line.
pub fn remedy(evidence_from: Epoch, durable: Position, row: &Row, asked: &Asked) -> Remedy {
    if row.mode == Mode::Halted {
        return Remedy::Halted;
    }
    if row.at.epoch > evidence_from {
        return Remedy::Reload;
    }
    if asked.order.current > Some(row.at.epoch) {
        return later_epoch(row, &asked.order);
    }
    let this_epoch = asked.order.head.as_ref().filter(|_| asked.order.current == Some(row.at.epoch));
    if this_epoch.is_some() && row.is_extended_by(&asked.order) {
        return Remedy::Healthy;
    }
    if row.at < durable {
        return Remedy::Halt(HaltCause::BothStoresLost);
    }
    if this_epoch.is_none() && row.at.seq == row.base_seq {
        return Remedy::Install(row.at.epoch);
    }
    if asked.recent >= MAX_RECENT {
        return Remedy::Halt(HaltCause::TooManyRecoveries);
    }
    Remedy::Begin(row.at.epoch.next())
}

fn later_epoch(row: &Row, order: &Order) -> Remedy {
    match (order.current, &order.head) {
        (Some(epoch), Some(Head { base_seq, .. })) if row.is_extended_by(order) => {
            Remedy::Adopt { epoch, base_seq: *base_seq }
        }
        _ => Remedy::Halt(HaltCause::OrderAhead),
    }
}
