//! A simulated replica: what its desk remembers, its jobs, and the calls that it serves. A crash loses all of it.

use std::collections::{BTreeMap, VecDeque};

use quota::domain::{
    Agenda, Answer, Epoch, Floor, Handler, Heard, Looked, Mode, Next, Operation, Ordered, Patience, Position,
    Recorded, Row, Said, Shown, Waiting,
};
use vocabulary::ProgrammeId;

use crate::combiner::Driver;
use crate::orderer::Orderer;
use crate::postgres::{Postgres, Tables};
use crate::redis::Redis;
use crate::{Broken, Failed, Step, moment};

/// Where nothing calls, jobs look at what there is this often; and for so long what Redis has just said is known.
pub const TICK: Step = 30;
/// How long Redis is silent before the line goes on without it.
const DIRECT_AFTER: Step = 80;
/// How long Redis answers before the line returns to it.
const RETURN_AFTER: Step = 60;
/// How long a call waits for the line at a time before it looks for itself.
const LOOK_AFTER: Step = 40;
/// How long before an operation is sent again to a Redis that fell silent.
const SEND_AGAIN_AFTER: Step = 5;

/// Both stores, and the time.
#[derive(Debug)]
pub struct Stores {
    pub postgres: Postgres,
    pub redis: Redis,
    pub now: Step,
}

/// What becomes of one exchange with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    Fine,
    /// It never arrived.
    NotDone,
    /// It was done, and the answer was lost.
    DoneAndLost,
}

impl Luck {
    /// Exchanges something with a store.
    pub fn exchange<T>(self, with: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
        match self {
            Self::Fine => with(),
            Self::NotDone => Err(Failed),
            Self::DoneAndLost => with().and(Err(Failed)),
        }
    }
}

/// An operation on its way to Redis.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub call: u64,
    pub operation: Ordered,
}

/// What a desk knows to be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    pub at: Position,
    pub mode: Mode,
    pub checks: u64,
}

impl View {
    /// Whether nobody waits any more whose operation was placed there.
    fn has_passed(&self, at: Position) -> bool {
        self.at >= at || self.mode == Mode::Halted
    }
}

/// What `app/desk.rs` keeps.
#[derive(Debug)]
pub struct Desk {
    pub view: View,
    pub floor: Floor,
    pub agenda: Agenda,
    pub said: Said,
    pub wake: bool,
    pub queue: VecDeque<Ticket>,
    pub waiting: Waiting<u64>,
    pub told: BTreeMap<u64, Recorded>,
    pub replies: BTreeMap<u64, Heard>,
}

impl Desk {
    fn new(row: &Row) -> Self {
        Self {
            view: View { at: row.at, mode: row.mode, checks: 0 },
            floor: Floor::default(),
            agenda: Agenda::new(moment(DIRECT_AFTER), moment(RETURN_AFTER)),
            said: Said::new(moment(TICK)),
            wake: true,
            queue: VecDeque::new(),
            waiting: Waiting::default(),
            told: BTreeMap::new(),
            replies: BTreeMap::new(),
        }
    }

    /// Sees to it that the server that answers is known to show everything: `app/read.rs`.
    pub fn vouch(&mut self, stores: &mut Stores) {
        let row = stores.postgres.tables().row.clone();
        if row.at.epoch > self.view.at.epoch {
            self.agenda.look();
            self.wake = true;
        }
        match self.floor.judge(stores.postgres.server(), row.at) {
            // What cannot be compared stays unknown.
            Shown::Unknown => drop(self.compare(stores, &row)),
            Shown::Enough => stores.postgres.vouch_for(stores.postgres.server()),
            Shown::TooLittle => {}
        }
    }

    /// Compares a server with Redis.
    fn compare(&mut self, stores: &Stores, row: &Row) -> Result<(), Failed> {
        let order = stores.redis.read_current(row.at.epoch, row.at.seq, 1)?;
        let stands = order.current.zip(order.head).map(|(epoch, head)| Position { epoch, seq: head.seq });
        self.floor.compared(stores.postgres.server(), stands, self.view.at);
        self.agenda.look();
        self.wake = true;
        Ok(())
    }

    /// Takes what is queued, at most so much.
    pub fn take(&mut self, most: usize) -> Vec<(Ordered, u64)> {
        let count = self.queue.len().min(most);
        self.queue.drain(..count).map(|ticket| (ticket.operation, ticket.call)).collect()
    }
}

/// A replica that runs.
#[derive(Debug)]
pub struct Replica {
    pub desk: Desk,
    pub driver: Driver,
    pub orderer: Orderer,
    pub calls: BTreeMap<u64, Call>,
}

/// An operation that a sender waits for.
#[derive(Debug)]
pub struct Call {
    operation: Ordered,
    handler: Handler,
    state: State,
}

#[derive(Debug)]
enum State {
    Go(Next),
    Queued,
    Waiting { at: Position, since: Step, patience: Patience },
    Looked(Result<Looked, Failed>),
    Pausing(Step),
    Checking { epoch: Epoch, checks: u64 },
}

impl State {
    /// Waits for the line, which stands at `now_at`, to come to a position.
    fn waiting(at: Position, now_at: Position, since: Step) -> Self {
        Self::Waiting { at, since, patience: Patience::from(now_at) }
    }
}

/// What becomes of a call.
#[derive(Debug)]
pub enum Progress {
    Open,
    Answered(Answer),
    /// It broke off: the sender repeats.
    Broken,
}

impl Replica {
    /// Starts.
    pub fn new(programme: &ProgrammeId, stores: &Stores) -> Self {
        let row = &stores.postgres.tables().row;
        Self {
            desk: Desk::new(row),
            driver: Driver::new(programme.clone()),
            orderer: Orderer::new(programme.clone()),
            calls: BTreeMap::new(),
        }
    }

    /// A sender calls.
    pub fn call(&mut self, number: u64, operation: &Operation) {
        let ordered = Ordered::from(operation);
        self.desk.waiting.wait_for(operation.id, number, number);
        let handler = Handler::new(ordered.hash, operation.round_needed().cloned());
        self.calls.insert(number, Call { operation: ordered, handler, state: State::Go(Next::Append) });
    }

    /// A sender hangs up, or was answered.
    pub fn hang_up(&mut self, number: u64) {
        if let Some(call) = self.calls.remove(&number) {
            self.desk.waiting.leave(call.operation.id, number);
        }
    }

    /// Whether a call can go on.
    pub fn can_go_on(&self, number: u64, now: Step) -> bool {
        let Some(call) = self.calls.get(&number) else { return false };
        let view = &self.desk.view;
        self.desk.told.contains_key(&number)
            || match &call.state {
                State::Go(_) | State::Looked(_) => true,
                State::Queued => self.desk.replies.contains_key(&number),
                State::Waiting { at, since, .. } => view.has_passed(*at) || now >= since + LOOK_AFTER,
                State::Pausing(until) => now >= *until,
                State::Checking { epoch, checks } => view.checks > *checks || view.at.epoch > *epoch,
            }
    }

    /// One step of a call: `app/ask.rs`.
    pub fn go_on(&mut self, number: u64, stores: &Stores, luck: Luck) -> Progress {
        let Some(call) = self.calls.get_mut(&number) else { return Progress::Open };
        let desk = &mut self.desk;
        let next = match std::mem::replace(&mut call.state, State::Queued) {
            _ if desk.told.contains_key(&number) => call.handler.decided(desk.told.remove(&number).unwrap()),
            State::Go(next) => next,
            State::Queued => call.handler.heard(desk.replies.remove(&number).unwrap()),
            State::Waiting { at, mut patience, .. } => {
                call.state = if desk.view.has_passed(at) || patience.is_over(desk.view.at) {
                    State::Looked(luck.exchange(|| Ok(stores.postgres.tables().look(call.operation.id))))
                } else {
                    State::Waiting { at, since: stores.now, patience }
                };
                return Progress::Open;
            }
            State::Looked(Ok(looked)) => call.handler.looked(looked),
            State::Looked(Err(Failed)) => return Progress::Broken,
            State::Pausing(_) | State::Checking { .. } => Next::Append,
        };
        call.state = match next {
            Next::Append if desk.view.mode == Mode::Halted => {
                State::waiting(desk.view.at, desk.view.at, stores.now)
            }
            Next::Append => {
                desk.queue.push_back(Ticket { call: number, operation: call.operation.clone() });
                desk.wake |= desk.view.mode == Mode::Direct;
                State::Queued
            }
            Next::WaitFor(at) => {
                desk.waiting.placed(call.operation.id, number, Heard::Placed(at));
                State::waiting(at, desk.view.at, stores.now)
            }
            Next::Pause => State::Pausing(stores.now + SEND_AGAIN_AFTER),
            Next::Recover(evidence) => {
                desk.agenda.suspect(desk.view.at.epoch, evidence);
                desk.wake = true;
                State::Checking { epoch: desk.view.at.epoch, checks: desk.view.checks }
            }
            Next::Answer(answer) => return Progress::Answered(answer),
        };
        Progress::Open
    }

    /// Reads the line: `app/read.rs`. None where this replica cannot say just now.
    pub fn read(&mut self, stores: &Stores, luck: Luck) -> Option<std::rc::Rc<Tables>> {
        let tables = luck.exchange(|| Ok(stores.postgres.tables().clone())).ok()?;
        match self.desk.floor.judge(stores.postgres.server(), tables.row.at) {
            Shown::Enough => Some(tables),
            Shown::Unknown => {
                let _ = luck.exchange(|| self.desk.compare(stores, &tables.row));
                None
            }
            Shown::TooLittle => {
                self.desk.wake = true;
                None
            }
        }
    }

    /// Whether nothing is under way.
    pub fn is_at_rest(&self) -> bool {
        self.calls.is_empty() && self.desk.queue.is_empty() && self.driver.is_idle() && self.orderer.is_idle()
    }

    /// One step of the combiner.
    pub fn combine(&mut self, stores: &mut Stores, luck: Luck) -> Result<(), Broken> {
        self.driver.step(&mut self.desk, stores, luck)
    }

    /// One step of the job that orders.
    pub fn order(&mut self, stores: &mut Stores, luck: Luck) {
        self.orderer.step(&mut self.desk, stores, luck);
    }
}
