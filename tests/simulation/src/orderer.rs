//! What `jobs/order.rs` does, on simulated stores.

use chrono::{DateTime, TimeDelta, Utc};
use quota::domain::{Appended, DatabaseTime, Mode, Ordered, Parcel, Position, Round, due};
use vocabulary::ProgrammeId;

use crate::replica::{Desk, Luck, Stores, TICK};
use crate::{Failed, Step, moment};

const MOST: usize = 4;
/// How long a measurement of PostgreSQL's clock, and what was read with it, is trusted.
const TRUSTED_FOR: Step = 10;

/// Takes what queues to Redis.
#[derive(Debug)]
pub struct Orderer {
    state: State,
    clock: Clock,
}

#[derive(Debug)]
enum State {
    Idle { until: Step },
    Sending { parcel: Parcel<u64>, to: Position },
    Heard { parcel: Parcel<u64>, to: Position, answer: Result<Appended, Failed> },
}

/// What a job knows of the windows.
#[derive(Debug)]
pub struct Clock {
    programme: ProgrammeId,
    read: Option<(Step, Vec<Round>)>,
}

impl Clock {
    pub const fn new(programme: ProgrammeId) -> Self {
        Self { programme, read: None }
    }

    /// What is due.
    pub fn due(&mut self, stores: &Stores) -> Vec<Ordered> {
        let fresh = self.read.take().filter(|(at, _)| stores.now < at + TRUSTED_FOR);
        let read = fresh.unwrap_or_else(|| (stores.now, stores.postgres.tables().rounds.clone()));
        let now = DatabaseTime { earliest: time(stores.now), latest: time(stores.now) };
        let due = due(&self.programme, &self.read.insert(read).1, now);
        due.iter().map(Ordered::from).collect()
    }
}

/// PostgreSQL's clock at a step.
pub fn time(step: Step) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(i64::try_from(step).unwrap_or(i64::MAX))
}

impl Orderer {
    pub const fn new(programme: ProgrammeId) -> Self {
        Self { state: State::Idle { until: 0 }, clock: Clock::new(programme) }
    }

    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle { .. })
    }

    /// Whether it has something to do.
    pub fn can_go_on(&self, desk: &Desk, now: Step) -> bool {
        match &self.state {
            State::Idle { until } => now >= *until || desk.view.mode == Mode::Log && !desk.queue.is_empty(),
            _ => true,
        }
    }

    /// One step.
    pub fn step(&mut self, desk: &mut Desk, stores: &mut Stores, luck: Luck) {
        self.state = match std::mem::replace(&mut self.state, State::Idle { until: stores.now + TICK }) {
            State::Idle { .. } if desk.view.mode == Mode::Direct => look_for_redis(desk, stores, luck),
            State::Idle { .. } => self.begin(desk, stores),
            State::Sending { parcel, to } => {
                let answer = luck.exchange(|| stores.redis.append(to.epoch, to.seq, parcel.operations()));
                State::Heard { parcel, to, answer }
            }
            State::Heard { parcel, to, answer } => {
                desk.agenda.wrote(answer.is_ok(), moment(stores.now));
                let appended = answer.ok();
                desk.replies.extend(parcel.hear(appended.as_ref()));
                desk.said.heard(to.epoch, appended);
                desk.wake = true;
                State::Idle { until: stores.now + TICK }
            }
        };
    }

    fn begin(&mut self, desk: &mut Desk, stores: &mut Stores) -> State {
        desk.vouch(stores);
        let parcel = Parcel::new(self.clock.due(stores), desk.take(MOST));
        if parcel.operations().is_empty() || desk.view.mode != Mode::Log {
            desk.replies.extend(parcel.hear(None));
            return State::Idle { until: stores.now + TICK };
        }
        State::Sending { parcel, to: desk.view.at }
    }
}

fn look_for_redis(desk: &mut Desk, stores: &mut Stores, luck: Luck) -> State {
    desk.vouch(stores);
    let takes = luck.exchange(|| stores.redis.takes_operations()).is_ok();
    desk.wake |= desk.agenda.tried(takes, moment(stores.now));
    State::Idle { until: stores.now + TICK }
}
