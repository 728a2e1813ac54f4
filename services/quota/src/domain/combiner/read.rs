//! Reading, and folding what needs no lock.

use super::super::combine::lead;
use super::super::mutant::{Mutant, planted};
use super::super::{
    Batch, Entry, Epoch, Evidence, Folded, Kind, Line, Mark, Memory, Mode, Order, Position, Row, Seen,
    Sequence,
};
use super::{Combiner, Command, Doing, Fold, MAX_DISAGREEMENTS, Notice, Pending, Under};

/// Reading and folding.
impl Combiner {
    /// Reads Redis' log, from what is loaded.
    pub(super) fn look(&mut self) -> Command {
        let Some(fold) = &self.fold else { return self.load() };
        let (epoch, after) = (fold.epoch, fold.line.seq());
        let nothing = Order { current: None, head: None, entries: Vec::new() };
        self.doing = Doing::Reading(Seen { epoch, after, order: nothing });
        Command::Read { epoch, after }
    }

    pub(super) fn load(&mut self) -> Command {
        self.fold = None;
        self.doing =
            Doing::Loading(Fold { epoch: Epoch::FIRST, line: Line::new(&self.programme), row: None });
        Command::Load { after: Sequence::START }
    }

    pub(super) fn loaded(&mut self, mut fold: Fold, row: Row, entries: Vec<Entry>) -> Command {
        let Some(known) = Self::follow(&mut fold, &row, entries) else { return self.disagree() };
        if self.has_lost(&known) {
            return self.lock(Under::Check(row.at.epoch, Evidence::Lost));
        }
        self.notices.push(Notice::Decided(known));
        if fold.line.seq() < row.at.seq {
            let after = fold.line.seq();
            self.doing = Doing::Loading(fold);
            return Command::Load { after };
        }
        self.disagreements = 0;
        fold.epoch = row.at.epoch;
        let mode = row.mode;
        self.keep(fold, row);
        if mode == Mode::Log { self.look() } else { self.lock(Under::Queue) }
    }

    /// The journal, from its beginning, does not lead to the row. If it is so again and again, nobody may go on from it.
    fn disagree(&mut self) -> Command {
        self.disagreements += 1;
        if self.disagreements < MAX_DISAGREEMENTS {
            return Command::Disagree;
        }
        self.disagreements = 0;
        self.lock(Under::Disagreement)
    }

    /// Folds what is committed, as far as it leads on from the fold; none where it does not: the fold is of another past.
    pub(super) fn follow(fold: &mut Fold, row: &Row, entries: Vec<Entry>) -> Option<Vec<Folded>> {
        let all = entries.len();
        let (leading, _) = lead(fold.line.seq(), fold.line.link(), entries);
        let whole = leading.len() == all && (all > 0 || fold.line.seq() >= row.at.seq);
        let known = Batch::fold(&mut fold.line, leading).operations;
        let at_row = fold.line.seq() == row.at.seq;
        let other_past = fold.line.seq() > row.at.seq || at_row && fold.line.digest() != row.digest;
        (whole && !other_past).then_some(known)
    }

    /// Whether what this replica has seen committed is not what is committed now.
    pub(super) fn has_lost(&self, known: &[Folded]) -> bool {
        let Some((durable, digest)) = self.durable else { return false };
        let now = known.iter().find(|folded| folded.entry.seq == durable.seq);
        now.is_some_and(|folded| folded.digest != digest) && !planted(Mutant::IgnoresWhatIsDurable)
    }

    /// Whether a row shows all that this replica has ever seen committed.
    pub(super) fn shows_what_is_durable(&self, row: &Row) -> bool {
        self.durable.is_none_or(|(durable, _)| row.at >= durable && row.at.seq >= durable.seq)
    }

    /// Whether a line that ends here lacks what this replica has seen committed.
    pub(super) fn lacks_what_is_durable(&self, end: Sequence) -> bool {
        self.durable.is_some_and(|(durable, _)| durable.seq > end) && !planted(Mutant::IgnoresWhatIsDurable)
    }

    pub(super) fn read(&mut self, seen: Seen) -> Command {
        let Some(memory) = self.memory() else { return self.load() };
        if self.is_refused && !goes_on(&memory, &seen) {
            // All that it has ordered is folded, and it orders nothing more.
            return self.lock(Under::Leave);
        }
        let is_known = self.told == Some(memory.at) && !self.lacks_what_is_durable(memory.at.seq);
        if seen.is_nothing_new(&memory) && is_known {
            return self.rest();
        }
        self.try_fold(&memory, seen)
    }

    /// Where people only arrive, and what was read goes on from what this replica knows, the row need not be locked first: the
    /// statement that writes looks at it. If another replica was quicker the fold is taken back.
    pub(super) fn try_fold(&mut self, memory: &Memory, seen: Seen) -> Command {
        let (leading, _) = lead(memory.at.seq, memory.link, seen.order.entries.clone());
        let only_arrivals = !leading.is_empty() && leading.iter().all(|entry| entry.kind == Kind::Reserve);
        let known = self.fold.as_ref().and_then(|fold| fold.row.as_ref());
        let stands = known.is_some_and(|row| row.at == memory.at && row.mode == Mode::Log);
        let same_epoch = seen.order.current == Some(memory.at.epoch) && !planted(Mutant::SkipsTheEpochCheck);
        if !only_arrivals || !stands || !same_epoch {
            return self.lock(Under::Fold(seen));
        }
        let Some((mut fold, row)) = self.fold.take().and_then(|fold| fold.row.clone().map(|row| (fold, row)))
        else {
            return self.load();
        };
        let mark = fold.line.mark();
        let batch = Batch::fold(&mut fold.line, leading);
        if self.has_lost(&batch.operations) {
            fold.line.take_back(&mark);
            self.fold = Some(fold);
            return self.lock(Under::Fold(seen));
        }
        let mut pending =
            Pending { before: row.clone(), row, fold, batch, known: Vec::new(), heard: Vec::new() };
        pending.row.at.seq = pending.fold.line.seq();
        self.tell_early(&pending);
        self.doing = Doing::Trying(Box::new(pending), mark, seen);
        Command::TryFold
    }

    pub(super) fn take_back(&mut self, pending: Pending, mark: &Mark) {
        let mut fold = pending.fold;
        fold.line.take_back(mark);
        self.fold = Some(fold);
    }

    pub(super) fn tell_early(&mut self, pending: &Pending) {
        if planted(Mutant::AnswersBeforeCommit) {
            self.notices.push(Notice::Decided(pending.batch.operations.clone()));
        }
    }

    pub(super) fn memory(&self) -> Option<Memory> {
        let fold = self.fold.as_ref()?;
        Some(Memory { at: Position { epoch: fold.epoch, seq: fold.line.seq() }, link: fold.line.link() })
    }

    pub(super) fn lock(&mut self, under: Under) -> Command {
        self.doing = Doing::Locking(under);
        Command::Lock
    }
}

/// Whether a log holds something that nobody has folded, as far as this replica knows.
fn goes_on(memory: &Memory, seen: &Seen) -> bool {
    let next = seen.order.entries.first();
    seen.order.current == Some(memory.at.epoch)
        && next.is_some_and(|next| next.seq == memory.at.seq.next() && memory.link.leads_to(next))
}
