//! What `jobs/order.rs` does, on simulated stores.

use std::iter;

use chrono::{DateTime, TimeDelta, Utc};
use quota::domain::{DatabaseTime, Epoch, Heard, Mode, Ordered, Round, Sequence, due};
use vocabulary::ProgrammeId;

use crate::redis::Appended;
use crate::replica::{Desk, Luck, Stores, Ticket};
use crate::{Failed, Step};

const MOST: usize = 4;
const TICK: Step = 30;
/// How long a measurement of PostgreSQL's clock, and what was read with it, is trusted.
const TRUSTED_FOR: Step = 10;
/// How long Redis answers before the line returns to it.
const RETURN_AFTER: Step = 60;

/// Takes what queues to Redis.
#[derive(Debug)]
pub struct Orderer {
    state: State,
    answers_since: Option<Step>,
    clock: Clock,
}

#[derive(Debug)]
enum State {
    Idle { until: Step },
    Sending { turns: usize, tickets: Vec<Ticket>, batch: Vec<Ordered>, to: (Epoch, Sequence) },
    Heard { turns: usize, tickets: Vec<Ticket>, answer: Result<Appended, Failed> },
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
        Self { state: State::Idle { until: 0 }, answers_since: None, clock: Clock::new(programme) }
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
            State::Idle { .. } if desk.view.mode == Mode::Direct => self.look_for_redis(desk, stores),
            State::Idle { .. } => self.begin(desk, stores),
            State::Sending { turns, tickets, batch, to } => {
                let answer = luck.exchange(|| stores.redis.append(to.0, to.1, &batch));
                State::Heard { turns, tickets, answer }
            }
            State::Heard { turns, tickets, answer } => {
                match answer {
                    Ok(Appended::Each(heard)) => reply(desk, tickets, heard.into_iter().skip(turns)),
                    Ok(Appended::Stale) => reply(desk, tickets, iter::repeat(Heard::Stale)),
                    Ok(Appended::Behind) => reply(desk, tickets, iter::repeat(Heard::Behind)),
                    Err(Failed) => reply(desk, tickets, iter::repeat(Heard::Nothing)),
                }
                desk.wake = true;
                State::Idle { until: stores.now + TICK }
            }
        };
    }

    fn look_for_redis(&mut self, desk: &mut Desk, stores: &mut Stores) -> State {
        desk.vouch(stores);
        if stores.redis.is_away {
            self.answers_since = None;
        } else if stores.now >= *self.answers_since.get_or_insert(stores.now) + RETURN_AFTER {
            (desk.returns, desk.wake) = (true, true);
        }
        State::Idle { until: stores.now + TICK }
    }

    fn begin(&mut self, desk: &mut Desk, stores: &mut Stores) -> State {
        self.answers_since = None;
        desk.vouch(stores);
        let due = self.clock.due(stores);
        let count = desk.queue.len().min(MOST);
        let tickets: Vec<Ticket> = desk.queue.drain(..count).collect();
        let turns = due.len();
        let batch: Vec<Ordered> =
            due.into_iter().chain(tickets.iter().map(|ticket| ticket.operation.clone())).collect();
        if batch.is_empty() || desk.view.mode != Mode::Log {
            reply(desk, tickets, iter::repeat(Heard::Nothing));
            return State::Idle { until: stores.now + TICK };
        }
        let to = (desk.view.at.epoch, desk.view.at.seq);
        State::Sending { turns, tickets, batch, to }
    }
}

fn reply(desk: &mut Desk, tickets: Vec<Ticket>, heard: impl Iterator<Item = Heard>) {
    for (ticket, heard) in tickets.into_iter().zip(heard) {
        desk.replies.insert(ticket.call, heard);
    }
}
