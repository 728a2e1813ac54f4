//! The combiner: folds what is ordered into PostgreSQL, for all replicas, recovers the order, and changes the mode. It does
//! nothing itself: it says what to do next, is told what came of it, and is driven so by `jobs/combine.rs` as by the
//! simulator.

use vocabulary::ProgrammeId;

use super::combine::lead;
use super::mutant::{Mutant, planted};
use super::{
    Asked, Batch, Digest, Entry, Epoch, Evidence, Folded, HaltCause, Heard, Kind, Line, Mark, Memory, Mode,
    Order, Position, Queued, Remedy, Row, Seen, Sequence, Shown, Step, next_step, order_queue, remedy,
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
    /// Redis is away for long, and somebody waits: to go on without it.
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
    /// Write [`Combiner::pending`] in one statement, if the row is still as this replica knows it: [`Event::Committed`] or
    /// [`Event::Overtaken`].
    TryFold,
    /// Under the lock, write [`Combiner::pending`] and commit: [`Event::Committed`].
    CommitFold,
    /// Under the lock, change the row and commit: [`Event::Committed`].
    Commit(Change),
    /// Stage an epoch for Redis from one snapshot: [`Event::Staged`].
    Stage(Epoch),
    /// Put what was staged in place: [`Event::Installed`].
    Install,
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
    /// Redis did not answer.
    Silent,
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
    /// The line is known to stand here.
    Stands(Row),
    /// What was queued heard this, in its order.
    Heard(Vec<Heard>),
    /// The trouble that was reported has been looked at.
    Checked,
}

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
}

/// What follows when the fold is at the row.
#[derive(Debug)]
enum Then {
    Fold(Vec<Entry>),
    Queue,
    ReadOn,
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
        }
    }

    /// Begins a round.
    pub fn begin(&mut self, wanted: Wanted, mode: Mode) -> Command {
        self.leaves = false;
        match (wanted, mode) {
            (Wanted::Check(epoch, evidence), _) => self.lock(Under::Check(epoch, evidence)),
            (_, Mode::Halted) | (Wanted::Fold, Mode::Direct) | (Wanted::Look, _) => self.lock(Under::Queue),
            (Wanted::Fold, Mode::Log) => self.look(),
            (Wanted::Leave, Mode::Log) => {
                self.leaves = true;
                self.look()
            }
            (Wanted::Leave, Mode::Direct) => self.lock(Under::Queue),
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

    /// A command failed, and its outcome may be unknown. A fold that may not be what is committed is dropped; nothing is
    /// undone.
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

    /// What [`Command::CommitFold`] is to write.
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

/// Reading and folding.
impl Combiner {
    /// Reads Redis' log, from what is loaded.
    fn look(&mut self) -> Command {
        let Some(fold) = &self.fold else { return self.load() };
        let (epoch, after) = (fold.epoch, fold.line.seq());
        let nothing = Order { current: None, head: None, entries: Vec::new() };
        self.doing = Doing::Reading(Seen { epoch, after, order: nothing });
        Command::Read { epoch, after }
    }

    fn load(&mut self) -> Command {
        self.fold = None;
        self.doing =
            Doing::Loading(Fold { epoch: Epoch::FIRST, line: Line::new(&self.programme), row: None });
        Command::Load { after: Sequence::START }
    }

    fn loaded(&mut self, mut fold: Fold, row: Row, entries: Vec<Entry>) -> Command {
        let Some(known) = self.follow(&mut fold, &row, entries) else { return self.load() };
        if self.has_lost(&known) {
            return self.lock(Under::Check(row.at.epoch, Evidence::Lost));
        }
        self.notices.push(Notice::Decided(known));
        if fold.line.seq() < row.at.seq {
            let after = fold.line.seq();
            self.doing = Doing::Loading(fold);
            return Command::Load { after };
        }
        fold.epoch = row.at.epoch;
        let mode = row.mode;
        self.keep(fold, row);
        if mode == Mode::Log { self.look() } else { self.lock(Under::Queue) }
    }

    /// Folds what is committed, as far as it leads on from the fold; none where it does not: the fold is of another past.
    fn follow(&self, fold: &mut Fold, row: &Row, entries: Vec<Entry>) -> Option<Vec<Folded>> {
        let all = entries.len();
        let (leading, _) = lead(fold.line.seq(), fold.line.link(), entries);
        let whole = leading.len() == all && (all > 0 || fold.line.seq() >= row.at.seq);
        let known = Batch::fold(&mut fold.line, leading).operations;
        let at_row = fold.line.seq() == row.at.seq;
        let other_past = fold.line.seq() > row.at.seq || at_row && fold.line.digest() != row.digest;
        (whole && !other_past).then_some(known)
    }

    /// Whether what this replica has seen committed is not what is committed now.
    fn has_lost(&self, known: &[Folded]) -> bool {
        let Some((durable, digest)) = self.durable else { return false };
        let now = known.iter().find(|folded| folded.entry.seq == durable.seq);
        now.is_some_and(|folded| folded.digest != digest) && !planted(Mutant::IgnoresWhatIsDurable)
    }

    /// Whether a row shows all that this replica has ever seen committed.
    fn shows_what_is_durable(&self, row: &Row) -> bool {
        self.durable.is_none_or(|(durable, _)| row.at >= durable && row.at.seq >= durable.seq)
    }

    fn read(&mut self, seen: Seen) -> Command {
        let Some(memory) = self.memory() else { return self.load() };
        if seen.is_nothing_new(&memory) && self.told == Some(memory.at) {
            return self.rest();
        }
        self.try_fold(&memory, seen)
    }

    /// Where people only arrive, and what was read goes on from what this replica knows, the row need not be locked first: the
    /// statement that writes looks at it. If another replica was quicker the fold is taken back.
    fn try_fold(&mut self, memory: &Memory, seen: Seen) -> Command {
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

    fn take_back(&mut self, pending: Pending, mark: &Mark) {
        let mut fold = pending.fold;
        fold.line.take_back(mark);
        self.fold = Some(fold);
    }

    fn tell_early(&mut self, pending: &Pending) {
        if planted(Mutant::AnswersBeforeCommit) {
            self.notices.push(Notice::Decided(pending.batch.operations.clone()));
        }
    }

    fn memory(&self) -> Option<Memory> {
        let fold = self.fold.as_ref()?;
        Some(Memory { at: Position { epoch: fold.epoch, seq: fold.line.seq() }, link: fold.line.link() })
    }

    fn lock(&mut self, under: Under) -> Command {
        self.doing = Doing::Locking(under);
        Command::Lock
    }

    fn locked(&mut self, under: Under, row: Row, shown: Shown) -> Command {
        match under {
            _ if row.mode == Mode::Halted => {
                self.stands(row);
                self.checked(&under);
                self.rest()
            }
            Under::Check(_, Evidence::Lost) => self.halt(row, HaltCause::BothStoresLost),
            Under::Check(..) if row.mode == Mode::Log => self.ask(row, under),
            // A PostgreSQL that was set back to before the line returned to Redis: Redis knows of a later epoch.
            _ if row.mode == Mode::Direct && shown == Shown::Unknown => {
                self.checked(&under);
                self.rest()
            }
            _ if row.mode == Mode::Direct
                && (shown == Shown::TooLittle || !self.shows_what_is_durable(&row)) =>
            {
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

    fn fold(&mut self, row: Row, seen: Seen) -> Command {
        let Some(memory) = self.memory() else { return self.load() };
        match next_step(&memory, &row, seen) {
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
    fn bring_to(&mut self, row: Row, then: Then) -> Command {
        match self.fold.take() {
            Some(fold) if fold.line.seq() <= row.at.seq => self.catch_up(row, fold, Vec::new(), then),
            Some(_) => self.set_back(row),
            None => self.load(),
        }
    }

    /// PostgreSQL was set back: the line is loaded anew, and the log folded again from there.
    fn set_back(&mut self, row: Row) -> Command {
        if planted(Mutant::RecoversAfterASetBack) {
            let epoch = row.at.epoch.next();
            return self.begin_epoch(row, epoch, Mode::Log, Why::Evidence(Evidence::Behind));
        }
        self.load()
    }

    fn catch_up(&mut self, row: Row, fold: Fold, known: Vec<Folded>, then: Then) -> Command {
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

    fn caught_up(
        &mut self,
        row: Row,
        mut fold: Fold,
        mut known: Vec<Folded>,
        entries: Vec<Entry>,
        then: Then,
    ) -> Command {
        let Some(more) = self.follow(&mut fold, &row, entries) else { return self.load() };
        if self.has_lost(&more) {
            return self.halt(row, HaltCause::BothStoresLost);
        }
        known.extend(more);
        self.catch_up(row, fold, known, then)
    }

    /// The fold is at the row, and the row is locked.
    fn is_at(&mut self, mut row: Row, mut fold: Fold, known: Vec<Folded>, then: Then) -> Command {
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
    fn order(&mut self, mut pending: Pending, queued: &Queued) -> Command {
        let (entries, heard) = order_queue(&pending.row, queued);
        pending.heard = heard;
        pending.batch = Batch::fold(&mut pending.fold.line, entries);
        pending.row.at.seq = pending.fold.line.seq();
        self.commit(pending)
    }

    fn commit(&mut self, pending: Pending) -> Command {
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

    fn folded(&mut self, pending: Pending) -> Command {
        let Pending { mut row, fold, batch, known, heard, .. } = pending;
        let (more, mode) = (!batch.operations.is_empty(), row.mode);
        (row.link, row.digest) = (fold.line.link(), fold.line.digest());
        row.open_round = fold.line.open_round().cloned();
        self.notices.push(Notice::Heard(heard));
        self.notices.push(Notice::Decided(known));
        self.notices.push(Notice::Decided(batch.operations));
        self.keep(fold, row);
        match mode {
            Mode::Direct if more => self.lock(Under::Queue),
            Mode::Log => self.look(),
            Mode::Direct | Mode::Halted => self.rest(),
        }
    }

    /// The fold is what is committed.
    fn keep(&mut self, mut fold: Fold, row: Row) {
        if self.shows_what_is_durable(&row) {
            self.durable = Some((row.at, fold.line.digest()));
        }
        fold.row = Some(row.clone());
        self.fold = Some(fold);
        self.stands(row);
    }

    fn stands(&mut self, row: Row) {
        self.told = Some(row.at);
        self.notices.push(Notice::Stands(row));
    }

    fn rest(&mut self) -> Command {
        self.doing = Doing::Resting;
        Command::Rest
    }
}

/// Recovery, and changes of mode.
impl Combiner {
    fn ask(&mut self, row: Row, under: Under) -> Command {
        let (epoch, after) = (row.at.epoch, row.at.seq);
        self.doing = Doing::Asking(row, under);
        Command::Ask { epoch, after }
    }

    fn asked(&mut self, row: Row, under: &Under, asked: &Asked) -> Command {
        self.checked(under);
        let (epoch, evidence) = match under {
            Under::Check(epoch, evidence) => (*epoch, *evidence),
            Under::Return if asked.order.current <= Some(row.at.epoch) => {
                let epoch = row.at.epoch.next();
                return self.begin_epoch(row, epoch, Mode::Log, Why::RedisBack);
            }
            _ => (row.at.epoch, Evidence::Behind),
        };
        let durable = self.durable.map_or(row.at, |(at, _)| at);
        let remedy = remedy(epoch, durable, &row, asked);
        self.remedy(row, remedy, evidence)
    }

    fn checked(&mut self, under: &Under) {
        if matches!(under, Under::Check(..)) {
            self.notices.push(Notice::Checked);
        }
    }

    fn remedy(&mut self, row: Row, remedy: Remedy, evidence: Evidence) -> Command {
        match remedy {
            Remedy::Healthy | Remedy::Reload if row.mode == Mode::Direct => self.rest(),
            Remedy::Healthy | Remedy::Reload => self.bring_to(row, Then::ReadOn),
            Remedy::Install(epoch) => {
                self.doing = Doing::Staging(row);
                Command::Stage(epoch)
            }
            Remedy::Adopt { epoch, base_seq } => {
                let base_seq = base_seq.min(row.at.seq);
                let change = Change::Begin { epoch, base_seq, mode: Mode::Log, why: Why::SetBack };
                self.change(row, change)
            }
            Remedy::Begin(epoch) => self.begin_epoch(row, epoch, Mode::Log, Why::Evidence(evidence)),
            Remedy::Halt(cause) => self.halt(row, cause),
        }
    }

    /// Goes on without Redis, if nobody else still hears from it, and nothing is missing that only Redis could give back.
    fn leave(&mut self, row: Row, shown: Shown) -> Command {
        let Some(memory) = self.memory() else { return self.load() };
        let nobody_folds = row.at == memory.at && row.link == memory.link;
        if !nobody_folds {
            return self.bring_to(row, Then::ReadOn);
        }
        if shown != Shown::Enough || !self.shows_what_is_durable(&row) {
            return self.rest();
        }
        let epoch = row.at.epoch.next();
        self.begin_epoch(row, epoch, Mode::Direct, Why::RedisAway)
    }

    fn begin_epoch(&mut self, row: Row, epoch: Epoch, mode: Mode, why: Why) -> Command {
        let base_seq = row.at.seq;
        self.change(row, Change::Begin { epoch, base_seq, mode, why })
    }

    fn halt(&mut self, row: Row, cause: HaltCause) -> Command {
        self.change(row, Change::Halt(cause))
    }

    fn change(&mut self, row: Row, change: Change) -> Command {
        self.doing = Doing::Changing(row, change);
        Command::Commit(change)
    }

    fn changed(&mut self, mut row: Row, change: Change) -> Command {
        let (why, then) = match change {
            Change::Begin { epoch, base_seq, mode, why } => {
                (row.at.epoch, row.base_seq, row.mode) = (epoch, base_seq, mode);
                (Some(why), epoch)
            }
            Change::Halt(_) => {
                row.mode = Mode::Halted;
                (None, row.at.epoch)
            }
        };
        match why {
            Some(Why::Evidence(_) | Why::RedisBack) => {
                self.doing = Doing::Staging(row);
                return Command::Stage(then);
            }
            Some(Why::SetBack) => {
                self.stands(row);
                self.look()
            }
            Some(Why::RedisAway) => {
                self.stands(row);
                self.lock(Under::Queue)
            }
            None => {
                self.stands(row);
                self.rest()
            }
        }
    }

    fn staged(&mut self, row: Row, whole: bool) -> Command {
        if !whole {
            return self.look();
        }
        self.doing = Doing::Installing(row);
        Command::Install
    }

    fn installed(&mut self, row: Row) -> Command {
        self.stands(row);
        self.look()
    }
}
