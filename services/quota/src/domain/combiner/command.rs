//! What a combiner wants done, what came of it, and what others are to be told.

use super::super::{
    Asked, Entry, Epoch, Evidence, Folded, HaltCause, Heard, Mode, Order, Queued, Row, Sequence, Shown,
};

/// Why a round begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// To fold what there is.
    Fold,
    /// To look at the row: another PostgreSQL server answers, and may have been set back.
    Look,
    /// Somebody reported trouble in an epoch.
    Check(Epoch, Evidence),
    /// Redis is silent for long, or takes nothing, and somebody waits: to go on without it.
    Leave,
    /// Redis is back: to return to it.
    Return,
}

/// What to do next. A transaction that the next command does not need is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Read the row and the journal after a sequence, in one snapshot: [`Event::Loaded`].
    Load {
        /// After this one.
        after: Sequence,
    },
    /// Read the log of an epoch after a sequence: [`Event::Read`] or [`Event::Silent`].
    Read {
        /// The epoch.
        epoch: Epoch,
        /// After this one.
        after: Sequence,
    },
    /// Have Redis take something, as an operation would be: [`Event::Taken`] or [`Event::Silent`].
    Probe,
    /// Begin a transaction and lock the row: [`Event::Locked`].
    Lock,
    /// Under the lock, read the journal after a sequence: [`Event::CaughtUp`].
    CatchUp {
        /// After this one.
        after: Sequence,
    },
    /// Under the lock, ask Redis once more where it stands, in its own epoch, with the entry after a sequence:
    /// [`Event::Asked`] or [`Event::Silent`].
    Ask {
        /// The row's epoch, where Redis is in none.
        epoch: Epoch,
        /// After this one.
        after: Sequence,
    },
    /// Under the lock, take what is queued here, and look which of it is committed: [`Event::Queued`].
    Dequeue,
    /// Write [`super::Combiner::pending`] in one statement, if the row is still as this replica knows it: [`Event::Committed`] or
    /// [`Event::Overtaken`].
    TryFold,
    /// Under the lock, write [`super::Combiner::pending`] and commit: [`Event::Committed`].
    CommitFold,
    /// Under the lock, change the row and commit: [`Event::Committed`].
    Commit(Change),
    /// Stage an epoch for Redis from one snapshot: [`Event::Staged`] or [`Event::Silent`].
    Stage(Epoch),
    /// Put what was staged in place: [`Event::Installed`] or [`Event::Silent`].
    Install,
    /// Say in the log that the journal does not lead to the row, wait a moment, and begin another round.
    Disagree,
    /// Nothing, until something is wanted.
    Rest,
}

/// A change of the row that is not a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Another epoch begins.
    Begin {
        /// The epoch.
        epoch: Epoch,
        /// Where it begins.
        base_seq: Sequence,
        /// How the line takes its order from here on.
        mode: Mode,
        /// Why.
        why: Why,
    },
    /// The line stops.
    Halt(HaltCause),
}

/// Why an epoch begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The order was lost or wrong: it is built anew from PostgreSQL.
    Evidence(Evidence),
    /// PostgreSQL was set back to before it: it is taken over from Redis.
    SetBack,
    /// Redis was away for long.
    RedisAway,
    /// Redis came back.
    RedisBack,
}

/// What came of a command.
#[derive(Debug)]
pub enum Event {
    /// The row, and the next stretch of the journal.
    Loaded(Row, Vec<Entry>),
    /// What Redis holds.
    Read(Order),
    /// Redis did not answer, or refused.
    Silent,
    /// Redis takes what is written.
    Taken,
    /// The row is locked; and whether the server shows all that was ever committed.
    Locked(Row, Shown),
    /// A stretch of the journal.
    CaughtUp(Vec<Entry>),
    /// What Redis says when it is asked again.
    Asked(Asked),
    /// What was queued.
    Queued(Queued),
    /// The commit succeeded.
    Committed,
    /// The row is not as it was known: nothing was written.
    Overtaken,
    /// The epoch is staged; not, where the line has gone on meanwhile.
    Staged(bool),
    /// It was put in place, or another replica was quicker.
    Installed,
}

/// What others at the replica are to be told.
#[derive(Debug)]
pub enum Notice {
    /// These are committed.
    Decided(Vec<Folded>),
    /// These are committed, by this replica.
    Folded(Vec<Folded>),
    /// The line is known to stand here.
    Stands(Row),
    /// What was queued heard this, in its order.
    Heard(Vec<Heard>),
    /// The trouble that was reported has been looked at.
    Checked,
    /// The line was to leave Redis, and stays with it.
    Stays,
}

impl Command {
    /// For metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load { .. } => "load",
            Self::Read { .. } => "read",
            Self::Probe => "probe",
            Self::Lock => "lock",
            Self::CatchUp { .. } => "catch_up",
            Self::Ask { .. } => "ask",
            Self::Dequeue => "dequeue",
            Self::TryFold => "write_at_once",
            Self::CommitFold => "write_locked",
            Self::Commit(_) => "change",
            Self::Stage(_) => "stage",
            Self::Install => "install",
            Self::Disagree => "disagree",
            Self::Rest => "rest",
        }
    }
}

impl Why {
    /// For logs and the table of recoveries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Evidence(evidence) => evidence.as_str(),
            Self::SetBack => "SET_BACK",
            Self::RedisAway => "REDIS_AWAY",
            Self::RedisBack => "REDIS_BACK",
        }
    }
}
