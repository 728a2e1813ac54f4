//! Folding under the lock of the row.

use super::super::mutant::{Mutant, planted};
use super::super::{
    Batch, Entry, Evidence, Folded, HaltCause, Mode, Queued, Row, Seen, Shown, Step, next_step, order_queue,
};
use super::{Combiner, Command, Doing, Fold, Notice, Pending, Then, Under, Why};

/// Under the lock of the row.
impl Combiner {
    pub(super) fn locked(&mut self, under: Under, row: Row, shown: Shown) -> Command {
        match under {
            _ if row.mode == Mode::Halted => {
                self.stands(row);
                self.checked(&under);
                self.rest()
            }
            Under::Check(_, Evidence::Lost) => self.halt(row, HaltCause::BothStoresLost),
            Under::Disagreement => self.halt(row, HaltCause::JournalDisagrees),
            Under::Check(..) if row.mode == Mode::Log => self.ask(row, under),
            // A PostgreSQL that was set back to before the line returned to Redis: Redis knows of a later epoch.
            _ if row.mode == Mode::Direct && shown == Shown::Unknown => {
                self.checked(&under);
                self.rest()
            }
            _ if row.mode == Mode::Direct
                && (shown == Shown::TooLittle || !self.shows_what_is_durable(&row)) =>
            {
                // Not even to return to Redis may an epoch begin at a row that lacks what is known to be committed.
                let under = if matches!(under, Under::Return) { Under::Queue } else { under };
                self.ask(row, under)
            }
            Under::Leave if row.mode == Mode::Log => self.leave(row, shown),
            Under::Fold(seen) if row.mode == Mode::Log => self.fold(row, seen),
            Under::Return if row.mode == Mode::Direct => self.ask(row, under),
            _ => {
                self.checked(&under);
                let direct = row.mode == Mode::Direct;
                self.bring_to(row, if direct { Then::Queue } else { Then::ReadOn })
            }
        }
    }

    pub(super) fn fold(&mut self, row: Row, seen: Seen) -> Command {
        let Some(memory) = self.memory() else { return self.load() };
        match next_step(&memory, &row, seen) {
            // Both end here, in one epoch, and before what this replica has seen committed.
            Step::Rest if self.lacks_what_is_durable(row.at.seq) => self.halt(row, HaltCause::BothStoresLost),
            Step::Rest => {
                self.stands(row);
                self.rest()
            }
            Step::ReadAgain => self.look(),
            Step::Reload => self.bring_to(row, Then::ReadOn),
            Step::SetBack => self.set_back(row),
            Step::Recover(evidence) => {
                let epoch = row.at.epoch;
                self.ask(row, Under::Check(epoch, evidence))
            }
            Step::Fold { known, fresh } => {
                let Some(mut fold) = self.fold.take() else { return self.load() };
                let known = Batch::fold(&mut fold.line, known).operations;
                self.catch_up(row, fold, known, Then::Fold(fresh))
            }
        }
    }

    /// Brings the fold to the row, whatever its epoch: it is kept if it is of the same past.
    pub(super) fn bring_to(&mut self, row: Row, then: Then) -> Command {
        match self.fold.take() {
            Some(fold) if fold.line.seq() <= row.at.seq => self.catch_up(row, fold, Vec::new(), then),
            Some(_) => self.set_back(row),
            None => self.load(),
        }
    }

    /// PostgreSQL was set back: the line is loaded anew, and the log folded again from there.
    pub(super) fn set_back(&mut self, row: Row) -> Command {
        if planted(Mutant::RecoversAfterASetBack) {
            let epoch = row.at.epoch.next();
            return self.begin_epoch(row, epoch, Mode::Log, Why::Evidence(Evidence::Behind));
        }
        self.load()
    }

    pub(super) fn catch_up(&mut self, row: Row, fold: Fold, known: Vec<Folded>, then: Then) -> Command {
        let after = fold.line.seq();
        if after < row.at.seq {
            self.doing = Doing::CatchingUp { row, fold, known, then };
            return Command::CatchUp { after };
        }
        if fold.line.digest() != row.digest {
            return self.load();
        }
        self.is_at(row, fold, known, then)
    }

    pub(super) fn caught_up(
        &mut self,
        row: Row,
        mut fold: Fold,
        mut known: Vec<Folded>,
        entries: Vec<Entry>,
        then: Then,
    ) -> Command {
        let Some(more) = Self::follow(&mut fold, &row, entries) else { return self.load() };
        if self.has_lost(&more) {
            return self.halt(row, HaltCause::BothStoresLost);
        }
        known.extend(more);
        self.catch_up(row, fold, known, then)
    }

    /// The fold is at the row, and the row is locked.
    pub(super) fn is_at(&mut self, mut row: Row, mut fold: Fold, known: Vec<Folded>, then: Then) -> Command {
        fold.epoch = row.at.epoch;
        match then {
            Then::ReadOn => {
                self.notices.push(Notice::Decided(known));
                self.keep(fold, row);
                self.look()
            }
            Then::Queue => {
                let (batch, heard) = (Batch::default(), Vec::new());
                let before = row.clone();
                self.doing = Doing::Dequeuing(Box::new(Pending { before, row, fold, batch, known, heard }));
                Command::Dequeue
            }
            Then::Fold(fresh) => {
                let before = row.clone();
                let batch = Batch::fold(&mut fold.line, fresh);
                row.at.seq = fold.line.seq();
                self.commit(Pending { before, row, fold, batch, known, heard: Vec::new() })
            }
        }
    }

    /// Orders the own queue, in mode `DIRECT`.
    pub(super) fn order(&mut self, mut pending: Pending, queued: &Queued) -> Command {
        let (entries, heard) = order_queue(&pending.row, queued);
        pending.heard = heard;
        pending.batch = Batch::fold(&mut pending.fold.line, entries);
        pending.row.at.seq = pending.fold.line.seq();
        self.commit(pending)
    }

    pub(super) fn commit(&mut self, pending: Pending) -> Command {
        self.tell_early(&pending);
        if self.has_lost(&pending.known) || self.has_lost(&pending.batch.operations) {
            return self.halt(pending.row, HaltCause::BothStoresLost);
        }
        if pending.batch.operations.is_empty() {
            return self.folded(pending);
        }
        self.doing = Doing::Folding(Box::new(pending));
        Command::CommitFold
    }

    pub(super) fn folded(&mut self, pending: Pending) -> Command {
        let Pending { mut row, fold, batch, known, heard, .. } = pending;
        (row.link, row.digest) = (fold.line.link(), fold.line.digest());
        row.open_round = fold.line.open_round().cloned();
        self.notices.push(Notice::Heard(heard));
        self.notices.push(Notice::Decided(known));
        self.notices.push(Notice::Folded(batch.operations));
        self.keep(fold, row);
        // Whoever drives begins another round at once; between two, what else is wanted has its turn.
        self.rest()
    }

    /// The fold is what is committed.
    pub(super) fn keep(&mut self, mut fold: Fold, row: Row) {
        if self.shows_what_is_durable(&row) {
            self.durable = Some((row.at, fold.line.digest()));
        }
        fold.row = Some(row.clone());
        self.fold = Some(fold);
        self.stands(row);
    }

    pub(super) fn stands(&mut self, row: Row) {
        self.told = Some(row.at);
        self.notices.push(Notice::Stands(row));
    }

    pub(super) fn rest(&mut self) -> Command {
        self.doing = Doing::Resting;
        Command::Rest
    }
}
