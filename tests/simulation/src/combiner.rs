//! What `jobs/combine.rs` does, on simulated stores.

use quota::domain::{Asked, Combiner, Command, Event, Mode, Notice, Ordered, Queued, Wanted};
use vocabulary::ProgrammeId;

use crate::orderer::Clock;
use crate::postgres::Transaction;
use crate::redis::Staged;
use crate::replica::{Desk, Luck, Stores, Ticket};
use crate::{Broken, Failed, Step};

const MOST: usize = 5;
const PAGE: usize = 12;
const TICK: Step = 30;
const PAUSE: Step = 10;
/// How long Redis is silent before the line goes on without it.
const DIRECT_AFTER: Step = 80;
/// How long a lock is waited for.
const LOCK_TIMEOUT: Step = 50;

/// Drives the combiner of one replica.
#[derive(Debug)]
pub struct Driver {
    combiner: Combiner,
    state: State,
    transaction: Option<Transaction>,
    staged: Option<Staged>,
    tickets: Vec<Ticket>,
    turns: usize,
    silent_since: Option<Step>,
    clock: Clock,
}

#[derive(Debug)]
enum State {
    Idle { until: Step },
    Doing { command: Command, since: Step },
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
            state: State::Idle { until: 0 },
            transaction: None,
            staged: None,
            tickets: Vec::new(),
            turns: 0,
            silent_since: None,
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
            State::Idle { until } => now >= until || desk.wake && self.silent_since.is_none(),
            State::Doing { .. } | State::Done(_) => true,
        }
    }

    /// One step: begins a round, carries out one command, or hears what came of it.
    pub fn step(&mut self, desk: &mut Desk, stores: &mut Stores, luck: Luck) -> Result<(), Broken> {
        match std::mem::replace(&mut self.state, State::Idle { until: 0 }) {
            State::Idle { .. } => {
                desk.wake = false;
                let wanted = self.wanted(desk, stores.now);
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
                self.tell(desk);
                self.rest(stores, PAUSE);
            }
        }
        Ok(())
    }

    fn goes_on(&mut self, command: Command, desk: &mut Desk, stores: &mut Stores) {
        self.tell(desk);
        if command == Command::Rest {
            let wanted = self.silent_since.is_some() && !desk.waiting.is_empty();
            return self.rest(stores, if wanted { PAUSE } else { TICK });
        }
        self.state = State::Doing { command, since: stores.now };
    }

    fn rest(&mut self, stores: &mut Stores, pause: Step) {
        if let Some(transaction) = self.transaction.take() {
            stores.postgres.release(transaction);
        }
        (self.staged, self.tickets) = (None, Vec::new());
        self.state = State::Idle { until: stores.now + pause };
    }

    fn wanted(&self, desk: &mut Desk, now: Step) -> Wanted {
        let away = self.silent_since.is_some_and(|since| now >= since + DIRECT_AFTER);
        match desk.suspicion.take() {
            Some((epoch, evidence)) => Wanted::Check(epoch, evidence),
            None if std::mem::take(&mut desk.looks) => Wanted::Look,
            None if std::mem::take(&mut desk.returns) => Wanted::Return,
            None if away && !desk.waiting.is_empty() => Wanted::Leave,
            None => Wanted::Fold,
        }
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
                | Command::Lock
                | Command::TryFold
                | Command::Stage(_)
        ) && let Some(transaction) = self.transaction.take()
        {
            stores.postgres.release(transaction);
        }
        let event = match command {
            Command::Load { after } => luck.exchange(|| {
                let tables = stores.postgres.tables();
                Ok(Event::Loaded(tables.row.clone(), tables.after(after, PAGE)))
            }),
            Command::Read { epoch, after } => {
                let read = luck.exchange(|| stores.redis.read(epoch, after, MOST));
                Ok(self.heard_from(read.map(Event::Read), stores.now))
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
            Command::Ask { epoch, after } => self
                .under_lock(stores, luck, |_| Ok(()))
                .map(|()| stores.redis.read_current(epoch, after, 1))
                // Limits on recoveries within a minute are not for a world in which each minute has faults.
                .map(|order| {
                    self.heard_from(order.map(|order| Event::Asked(Asked { order, recent: 0 })), stores.now)
                }),
            Command::Dequeue => self.dequeue(desk, stores, luck),
            Command::TryFold if stores.postgres.is_locked(stores.now) => return Ok(Outcome::Blocked),
            Command::TryFold => return self.try_fold(stores, luck).map(Outcome::Event),
            Command::CommitFold => return self.commit_fold(stores, luck).map(Outcome::Event),
            Command::Commit(change) => self.transaction.take().ok_or(Failed).and_then(|transaction| {
                luck.exchange(|| stores.postgres.commit_change(transaction, change))
                    .map(|()| Event::Committed)
            }),
            Command::Stage(epoch) => luck.exchange(|| {
                let tables = stores.postgres.tables().clone();
                if !tables.row.can_be_installed(epoch) {
                    return Ok(Event::Staged(false));
                }
                let journal = tables.after(quota::domain::Sequence::START, usize::MAX);
                self.staged = Some(stores.redis.stage(&tables.row, &journal)?);
                Ok(Event::Staged(true))
            }),
            Command::Install => self.staged.take().ok_or(Failed).and_then(|staged| {
                luck.exchange(|| stores.redis.install(&staged)).map(|()| Event::Installed)
            }),
            Command::Rest => Err(Failed),
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
        let count = desk.queue.len().min(MOST);
        self.tickets = desk.queue.drain(..count).collect();
        self.turns = turns.len();
        let operations: Vec<Ordered> =
            turns.into_iter().chain(self.tickets.iter().map(|ticket| ticket.operation.clone())).collect();
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

    fn heard_from(&mut self, answer: Result<Event, Failed>, now: Step) -> Event {
        if let Ok(event) = answer {
            self.silent_since = None;
            return event;
        }
        self.silent_since.get_or_insert(now);
        Event::Silent
    }

    fn tell(&mut self, desk: &mut Desk) {
        for notice in self.combiner.take_notices() {
            match notice {
                Notice::Decided(operations) | Notice::Folded(operations) => {
                    desk.wake |= !operations.is_empty();
                    for (call, recorded) in desk.waiting.decided(&operations) {
                        desk.told.insert(call, recorded);
                    }
                }
                Notice::Stands(row) => (desk.view.at, desk.view.mode) = (row.at, row.mode),
                Notice::Checked => desk.view.checks += 1,
                Notice::Heard(heard) => {
                    for (ticket, heard) in self.tickets.drain(..).zip(heard.into_iter().skip(self.turns)) {
                        desk.replies.insert(ticket.call, heard);
                    }
                }
            }
        }
        if desk.view.mode == Mode::Halted {
            self.silent_since = None;
        }
    }
}
