//! The combiner: folds what is ordered into PostgreSQL, for all replicas, recovers the order, and changes the mode. It does
//! nothing itself: it says what to do next, is told what came of it, and is driven so by `jobs/combine.rs` as by the
//! simulator.

mod change;
mod command;
mod fold;
mod read;
#[cfg(test)]
mod tests;

use vocabulary::ProgrammeId;

pub use self::command::{Change, Command, Event, Notice, Wanted, Why};
use super::Entry;
use super::{Batch, Digest, Epoch, Evidence, Folded, Heard, Line, Mark, Mode, Position, Row, Seen};

/// PostgreSQL may be set back between two readings of its journal: so often in succession it is not.
const MAX_DISAGREEMENTS: u8 = 3;

/// The combiner of one line at one replica.
#[derive(Debug)]
pub struct Combiner {
    programme: ProgrammeId,
    /// None until it is loaded, and again when it may not be what is committed.
    fold: Option<Fold>,
    /// The latest that this replica has ever seen committed: it outlives the fold.
    durable: Option<(Position, Digest)>,
    doing: Doing,
    notices: Vec<Notice>,
    /// Where others at the replica were last told that the line stands.
    told: Option<Position>,
    /// If Redis is silent now too, the line goes on without it.
    leaves: bool,
    /// It was asked to take something, and did not: whatever it answers, it orders nothing more.
    is_refused: bool,
    /// How often one after the other the journal did not lead to the row.
    disagreements: u8,
}

/// A fold of the line, the epoch it belongs to, and the row as it was last known there.
#[derive(Debug)]
struct Fold {
    epoch: Epoch,
    line: Line,
    row: Option<Row>,
}

/// A fold that is ahead of what is committed.
#[derive(Debug)]
pub struct Pending {
    before: Row,
    row: Row,
    fold: Fold,
    batch: Batch,
    /// What others committed before it, and nobody here was told yet.
    known: Vec<Folded>,
    /// What the own queue heard, in mode `DIRECT`.
    heard: Vec<Heard>,
}

/// What the next event answers.
#[derive(Debug, Default)]
enum Doing {
    #[default]
    Resting,
    Loading(Fold),
    Reading(Seen),
    Probing,
    Locking(Under),
    CatchingUp {
        row: Row,
        fold: Fold,
        known: Vec<Folded>,
        then: Then,
    },
    Asking(Row, Under),
    Dequeuing(Box<Pending>),
    Trying(Box<Pending>, Mark, Seen),
    Folding(Box<Pending>),
    Changing(Row, Change),
    Staging(Row),
    Installing(Row),
}

/// Why the row is locked.
#[derive(Debug)]
enum Under {
    Fold(Seen),
    Queue,
    Check(Epoch, Evidence),
    Leave,
    Return,
    Disagreement,
}

/// What follows when the fold is at the row.
#[derive(Debug)]
enum Then {
    Fold(Vec<Entry>),
    Queue,
    ReadOn,
}

impl Pending {
    /// The epoch, the line after the batch, and the batch.
    pub fn parts(&self) -> (Epoch, &Line, &Batch) {
        (self.fold.epoch, &self.fold.line, &self.batch)
    }

    /// The row as it must be found.
    pub fn before(&self) -> &Row {
        &self.before
    }
}

impl Combiner {
    /// A combiner that has read nothing yet.
    pub fn new(programme: ProgrammeId) -> Self {
        Self {
            programme,
            fold: None,
            durable: None,
            doing: Doing::Resting,
            notices: Vec::new(),
            told: None,
            leaves: false,
            is_refused: false,
            disagreements: 0,
        }
    }

    /// Begins a round.
    pub fn begin(&mut self, wanted: Wanted, mode: Mode) -> Command {
        (self.leaves, self.is_refused) = (false, false);
        match (wanted, mode) {
            (Wanted::Check(epoch, evidence), _) => self.lock(Under::Check(epoch, evidence)),
            (_, Mode::Halted) | (Wanted::Fold | Wanted::Leave, Mode::Direct) | (Wanted::Look, _) => {
                self.lock(Under::Queue)
            }
            (Wanted::Fold, Mode::Log) => self.look(),
            (Wanted::Leave, Mode::Log) => {
                self.leaves = true;
                self.doing = Doing::Probing;
                Command::Probe
            }
            (Wanted::Return, _) => self.lock(Under::Return),
        }
    }

    /// Goes on after a command.
    pub fn next(&mut self, event: Event) -> Command {
        match (std::mem::take(&mut self.doing), event) {
            (Doing::Loading(fold), Event::Loaded(row, entries)) => self.loaded(fold, row, entries),
            (Doing::Reading(seen), Event::Read(order)) => self.read(Seen { order, ..seen }),
            (Doing::Locking(under), Event::Locked(row, shown)) => self.locked(under, row, shown),
            (Doing::CatchingUp { row, fold, known, then }, Event::CaughtUp(entries)) => {
                self.caught_up(row, fold, known, entries, then)
            }
            (Doing::Reading(_), Event::Silent) if self.leaves => self.lock(Under::Leave),
            (Doing::Probing, event @ (Event::Taken | Event::Silent)) => {
                self.is_refused = matches!(event, Event::Silent);
                self.look()
            }
            (Doing::Asking(row, under), Event::Asked(asked)) => self.asked(row, &under, &asked),
            (Doing::Asking(_, under), Event::Silent) => {
                self.checked(&under);
                self.rest()
            }
            (Doing::Dequeuing(pending), Event::Queued(queued)) => self.order(*pending, &queued),
            (Doing::Trying(pending, ..) | Doing::Folding(pending), Event::Committed) => self.folded(*pending),
            (Doing::Trying(pending, mark, seen), Event::Overtaken) => {
                self.take_back(*pending, &mark);
                self.lock(Under::Fold(seen))
            }
            (Doing::Changing(row, change), Event::Committed) => self.changed(row, change),
            (Doing::Staging(row), Event::Staged(whole)) => self.staged(row, whole),
            (Doing::Installing(row), Event::Installed) => self.installed(row),
            // Redis is silent, or the driver has lost its way: in either case the round ends.
            (_, _) => self.rest(),
        }
    }

    /// A command failed, and its outcome may be unknown. A fold that may not be what is committed is taken back to where it
    /// is, or dropped.
    pub fn failed(&mut self) {
        match std::mem::take(&mut self.doing) {
            Doing::Dequeuing(pending) => self.fold = Some(pending.fold),
            Doing::Trying(pending, mark, _) => self.take_back(*pending, &mark),
            Doing::CatchingUp { fold, .. } => self.fold = Some(fold),
            Doing::Locking(under) | Doing::Asking(_, under) => self.checked(&under),
            _ => {}
        }
    }

    /// Takes what others are to be told.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// What [`Command::TryFold`] or [`Command::CommitFold`] is to write.
    pub fn pending(&self) -> Option<&Pending> {
        match &self.doing {
            Doing::Trying(pending, ..) | Doing::Folding(pending) => Some(pending),
            _ => None,
        }
    }

    /// The line as this replica knows it to be committed; none while it is loaded.
    pub fn line(&self) -> Option<&Line> {
        self.fold.as_ref().map(|fold| &fold.line)
    }
}
