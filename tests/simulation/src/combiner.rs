//! What `jobs/combine.rs` does, on simulated stores.

use quota::domain::{Asked, Combiner, Command, Epoch, Event, Notice, Parcel, Queued, Sequence};
use vocabulary::ProgrammeId;

use crate::orderer::Clock;
use crate::postgres::Transaction;
use crate::redis::Staged;
use crate::replica::{Desk, Luck, Stores, TICK};
use crate::{Broken, Failed, Step, moment};

const MOST: usize = 5;
const PAGE: usize = 12;
const PAUSE: Step = 10;
/// Within it, more than three recoveries halt the line.
const MINUTE: Step = 60;
/// How long a lock is waited for.
const LOCK_TIMEOUT: Step = 50;

/// Drives the combiner of one replica.
#[derive(Debug)]
pub struct Driver {
    combiner: Combiner,
    state: State,
    transaction: Option<Transaction>,
    staged: Option<Staged>,
    parcel: Parcel<u64>,
    clock: Clock,
}

#[derive(Debug)]
enum State {
    /// Whoever wants something wakes it, but after a failure.
    Idle {
        until: Step,
        sleeps: bool,
    },
    Doing {
        command: Command,
        since: Step,
    },
    Done(Result<Event, Failed>),
}

/// What came of trying to carry out a command.
enum Outcome {
    Event(Result<Event, Failed>),
    Blocked,
}

impl Driver {
    pub fn new(programme: ProgrammeId) -> Self {
        Self {
            combiner: Combiner::new(programme.clone()),
            state: State::Idle { until: 0, sleeps: false },
            transaction: None,
            staged: None,
            parcel: Parcel::default(),
            clock: Clock::new(programme),
        }
    }

    /// The transaction that it is in.
    pub const fn transaction(&self) -> Option<Transaction> {
        self.transaction
    }

    /// What it does, to be read.
    pub fn doing(&self) -> String {
        format!("{:?}", self.state)
    }

    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle { .. })
    }

    /// Whether it has something to do.
    pub fn can_go_on(&self, desk: &Desk, now: Step) -> bool {
        match self.state {
            State::Idle { until, sleeps } => now >= until || desk.wake && !sleeps,
            State::Doing { .. } | State::Done(_) => true,
        }
    }

    /// One step: begins a round, carries out one command, or hears what came of it.
    pub fn step(&mut self, desk: &mut Desk, stores: &mut Stores, luck: Luck) -> Result<(), Broken> {
        match std::mem::replace(&mut self.state, State::Idle { until: 0, sleeps: false }) {
            State::Idle { .. } => {
                desk.wake = false;
                let somebody_waits = !desk.waiting.is_empty();
                let wanted = desk.agenda.next(somebody_waits, moment(stores.now));
                let command = self.combiner.begin(wanted, desk.view.mode);
                self.goes_on(command, desk, stores);
            }
            State::Doing { command, since } => match self.carry_out(command, desk, stores, luck)? {
                Outcome::Event(event) => self.state = State::Done(event),
                Outcome::Blocked if stores.now > since + LOCK_TIMEOUT => {
                    self.state = State::Done(Err(Failed));
                }
                Outcome::Blocked => self.state = State::Doing { command, since },
            },
            State::Done(Ok(event)) => {
                let command = self.combiner.next(event);
                self.goes_on(command, desk, stores);
            }
            State::Done(Err(Failed)) => {
                self.combiner.failed();
                self.tell(desk, stores.now);
                self.rest(stores, PAUSE, true);
            }
        }
        Ok(())
    }

    fn goes_on(&mut self, command: Command, desk: &mut Desk, stores: &mut Stores) {
        self.tell(desk, stores.now);
        if command == Command::Rest {
            let hurries = desk.agenda.is_silent() && !desk.waiting.is_empty();
            return self.rest(stores, if hurries { PAUSE } else { TICK }, false);
        }
        self.state = State::Doing { command, since: stores.now };
    }

    fn rest(&mut self, stores: &mut Stores, pause: Step, sleeps: bool) {
        if let Some(transaction) = self.transaction.take() {
            stores.postgres.release(transaction);
        }
        (self.staged, self.parcel) = (None, Parcel::default());
        self.state = State::Idle { until: stores.now + pause, sleeps };
    }

    fn carry_out(
        &mut self,
        command: Command,
        desk: &mut Desk,
        stores: &mut Stores,
        luck: Luck,
    ) -> Result<Outcome, Broken> {
        if matches!(
            command,
            Command::Load { .. }
                | Command::Read { .. }
                | Command::Probe
                | Command::Lock
                | Command::TryFold
                | Command::Stage(_)
        ) && let Some(transaction) = self.transaction.take()
        {
            stores.postgres.release(transaction);
        }
        let event = match command {
            Command::Load { after } => luck.exchange(|| {
                desk.said.forget();
                let tables = stores.postgres.tables();
                Ok(Event::Loaded(tables.row.clone(), tables.after(after, PAGE)))
            }),
            Command::Read { epoch, after } => Ok(read(epoch, after, desk, stores, luck)),
            Command::Probe => {
                let taken = luck.exchange(|| stores.redis.takes_operations()).map(|()| Event::Taken);
                Ok(wrote(taken, desk, stores.now))
            }
            Command::Lock => {
                if luck == Luck::NotDone {
                    return Ok(Outcome::Event(Err(Failed)));
                }
                let Some(transaction) = stores.postgres.lock(stores.now) else { return Ok(Outcome::Blocked) };
                self.transaction = Some(transaction);
                let row = stores.postgres.tables().row.clone();
                let shown = desk.floor.judge(stores.postgres.server(), row.at);
                Ok(Event::Locked(row, shown))
            }
            Command::CatchUp { after } => self.under_lock(stores, luck, |stores| {
                Ok(Event::CaughtUp(stores.postgres.tables().after(after, PAGE)))
            }),
            Command::Ask { epoch, after } => {
                self.under_lock(stores, luck, |_| Ok(())).map(|()| ask(epoch, after, desk, stores))
            }
            Command::Dequeue => self.dequeue(desk, stores, luck),
            Command::TryFold if stores.postgres.is_locked(stores.now) => return Ok(Outcome::Blocked),
            Command::TryFold => return self.try_fold(stores, luck).map(Outcome::Event),
            Command::CommitFold => return self.commit_fold(stores, luck).map(Outcome::Event),
            Command::Commit(change) => self.transaction.take().ok_or(Failed).and_then(|transaction| {
                luck.exchange(|| stores.postgres.commit_change(transaction, change, stores.now))
                    .map(|()| Event::Committed)
            }),
            Command::Stage(epoch) => luck.exchange(|| {
                let tables = stores.postgres.tables().clone();
                if !tables.row.can_be_installed(epoch) {
                    return Ok(Event::Staged(false));
                }
                let journal = tables.after(Sequence::START, usize::MAX);
                let staged =
                    stores.redis.stage(&tables.row, &journal).map(|staged| self.staged = Some(staged));
                Ok(wrote(staged.map(|()| Event::Staged(true)), desk, stores.now))
            }),
            Command::Install => self.staged.take().ok_or(Failed).map(|staged| {
                let installed = luck.exchange(|| stores.redis.install(&staged));
                wrote(installed.map(|()| Event::Installed), desk, stores.now)
            }),
            Command::Disagree | Command::Rest => Err(Failed),
        };
        Ok(Outcome::Event(event))
    }

    fn under_lock<T>(
        &self,
        stores: &Stores,
        luck: Luck,
        read: impl FnOnce(&Stores) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        stores.postgres.holds(self.transaction.ok_or(Failed)?)?;
        luck.exchange(|| read(stores))
    }

    fn dequeue(&mut self, desk: &mut Desk, stores: &Stores, luck: Luck) -> Result<Event, Failed> {
        self.under_lock(stores, luck, |_| Ok(()))?;
        let turns = self.clock.due(stores);
        self.parcel = Parcel::new(turns, desk.take(MOST));
        let operations = self.parcel.operations().to_vec();
        let known = stores.postgres.tables().known_of(operations.iter().map(|operation| &operation.id));
        Ok(Event::Queued(Queued { operations, known }))
    }

    fn commit_fold(&mut self, stores: &mut Stores, luck: Luck) -> Result<Result<Event, Failed>, Broken> {
        let (Some(transaction), Some(pending)) = (self.transaction.take(), self.combiner.pending()) else {
            return Ok(Err(Failed));
        };
        let mut written = Ok(());
        let epoch = stores.postgres.tables().row.at.epoch;
        if pending.parts().0 != epoch && stores.postgres.holds(transaction).is_ok() {
            return Err(Broken("P6: a writer of an epoch that is over still writes".to_owned()));
        }
        let committed = luck.exchange(|| {
            written = stores.postgres.commit_fold(transaction, pending.parts())?;
            Ok(Event::Committed)
        });
        written.map(|()| committed)
    }

    fn try_fold(&mut self, stores: &mut Stores, luck: Luck) -> Result<Result<Event, Failed>, Broken> {
        let Some(pending) = self.combiner.pending() else { return Ok(Err(Failed)) };
        let mut broken = None;
        let tried = luck.exchange(|| match stores.postgres.try_fold(pending) {
            Ok(true) => Ok(Event::Committed),
            Ok(false) => Ok(Event::Overtaken),
            Err(promise) => {
                broken = Some(promise);
                Err(Failed)
            }
        });
        broken.map_or(Ok(tried), Err)
    }

    fn tell(&mut self, desk: &mut Desk, now: Step) {
        for notice in self.combiner.take_notices() {
            match notice {
                Notice::Decided(operations) | Notice::Folded(operations) => {
                    desk.wake |= !operations.is_empty();
                    for (call, recorded) in desk.waiting.decided(&operations) {
                        desk.told.insert(call, recorded);
                    }
                }
                Notice::Stands(row) => {
                    if row.mode != desk.view.mode {
                        desk.agenda.turned();
                    }
                    (desk.view.at, desk.view.mode) = (row.at, row.mode);
                }
                Notice::Checked => desk.view.checks += 1,
                Notice::Stays => desk.agenda.stayed(moment(now)),
                Notice::Heard(heard) => {
                    desk.replies.extend(std::mem::take(&mut self.parcel).hear_each(&heard));
                }
            }
        }
    }
}

fn read(epoch: Epoch, after: Sequence, desk: &mut Desk, stores: &Stores, luck: Luck) -> Event {
    let now = moment(stores.now);
    if let Some(order) = desk.said.log(epoch, after, MOST, now) {
        return Event::Read(order);
    }
    let read = luck.exchange(|| stores.redis.read(epoch, after, MOST));
    desk.said.was_read(read.as_ref().ok(), now);
    heard_from(read.map(Event::Read), desk, stores.now)
}

fn heard_from(answer: Result<Event, Failed>, desk: &mut Desk, now: Step) -> Event {
    desk.agenda.read(answer.is_ok(), moment(now));
    answer.unwrap_or(Event::Silent)
}

fn wrote(answer: Result<Event, Failed>, desk: &mut Desk, now: Step) -> Event {
    desk.agenda.wrote(answer.is_ok(), moment(now));
    answer.unwrap_or(Event::Silent)
}

fn ask(epoch: Epoch, after: Sequence, desk: &mut Desk, stores: &Stores) -> Event {
    desk.said.forget();
    let recent = stores.postgres.tables().recent_recoveries(MINUTE, stores.now);
    let order = stores.redis.read_current(epoch, after, 1);
    heard_from(order.map(|order| Event::Asked(Asked { order, recent })), desk, stores.now)
}
