//! A rush: everybody of a plan sends until answered, and keeps what they were told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use proto::quota::{MoveRequest, PlaceState, ReleaseReason, ReleaseRequest, ReserveRequest};
use stack::within;
use tokio::task::JoinSet;

use crate::client::{Operation, Outcome, PATIENCE};
use crate::history::{Answer, Call, History, Told};
use crate::line::Line;
use crate::plan::{Person, Plan};
use crate::reader::{Placed, Readers};

/// People at work.
pub struct Rush {
    clients: JoinSet<History>,
    readers: Readers,
    people: usize,
    answered: Arc<AtomicUsize>,
}

impl Rush {
    /// Everybody begins.
    pub fn begin(line: &Line, plan: &Plan) -> Self {
        let people = plan.people(line);
        let placed = Placed::default();
        let readers = Readers::begin(line, &placed);
        let mut rush =
            Self { clients: JoinSet::new(), readers, people: people.len(), answered: Arc::default() };
        let begun = Instant::now();
        for (number, person) in people.into_iter().enumerate() {
            let (line, answered) = (line.clone(), Arc::clone(&rush.answered));
            let placed = Arc::clone(&placed);
            rush.clients.spawn(async move {
                tokio::time::sleep_until((begun + person.at).into()).await;
                Sender { line, first: number, placed, history: History::default() }
                    .play(&person, &answered)
                    .await
            });
        }
        rush
    }

    /// How many people come.
    pub fn people(&self) -> usize {
        self.people
    }

    /// How many have their answer.
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }

    /// Waits until so many have their answer.
    pub async fn has_answered(&self, count: usize) -> Result<()> {
        let enough = within(PATIENCE, async || self.answered() >= count).await;
        enough.with_context(|| format!("only {} of {count} were answered", self.answered()))
    }

    /// Waits for all of them.
    pub async fn history(mut self) -> Result<History> {
        let mut history = History::default();
        while let Some(client) = self.clients.join_next().await {
            let one = client.context("a client broke off")?;
            history.told.extend(one.told);
            history.unanswered.extend(one.unanswered);
            history.too_early.extend(one.too_early);
            history.hung_up += one.hung_up;
        }
        history.reads = self.readers.end().await;
        Ok(history)
    }
}

/// One person at work.
struct Sender {
    line: Line,
    /// At which replica they begin.
    first: usize,
    /// Where it is noted who has a place.
    placed: Placed,
    history: History,
}

impl Sender {
    async fn play(mut self, person: &Person, answered: &AtomicUsize) -> History {
        let reserve = Operation::Reserve(person.request.clone());
        let client = self.line.client.clone();
        let sent = Instant::now();
        if let Some(after) = person.hangs_up_after {
            let hung_up = client.hang_up(&reserve, self.first, after).await;
            self.history.hung_up += usize::from(hung_up);
        }
        let again = async {
            let after = person.again_after?;
            tokio::time::sleep(after).await;
            Some(client.until_answered(&reserve, self.first + 1).await)
        };
        let rival = async {
            let rival = Operation::Reserve(person.rival.clone()?);
            Some(client.until_answered(&rival, self.first + 1).await)
        };
        let (own, again, rival) = tokio::join!(client.until_answered(&reserve, self.first), again, rival);
        answered.fetch_add(1, Ordering::Relaxed);
        let place = own.answer.clone();
        self.keep(Call::Reserve, &person.request, Outcome { sent, ..own });
        if let Some(again) = again {
            self.keep(Call::Again, &person.request, again);
        }
        if let (Some(request), Some(outcome)) = (&person.rival, rival) {
            self.keep(Call::Rival, request, outcome);
        }
        if matches!(place, Ok(Answer::Place(place)) if place.state() == PlaceState::Live) {
            let application = person.request.application_id.clone();
            self.placed.lock().unwrap_or_else(PoisonError::into_inner).push(application);
            self.afterwards(person).await;
        }
        self.history
    }

    /// Some withdraw, some move.
    async fn afterwards(&mut self, person: &Person) {
        let ReserveRequest { programme_id, application_id, .. } = person.request.clone();
        let (call, after, operation_id, operation) = if let Some((after, id)) = &person.withdraws {
            let reason = ReleaseReason::Withdrawn.into();
            let asked = ReleaseRequest { operation_id: id.clone(), programme_id, application_id, reason };
            (Call::Withdraw, after, id, Operation::Release(asked))
        } else if let Some((after, id, unions)) = &person.moves {
            let (operation_id, union_ids) = (id.clone(), unions.clone());
            let asked = MoveRequest { operation_id, programme_id, application_id, union_ids };
            (Call::Move, after, id, Operation::Move(asked))
        } else {
            return;
        };
        tokio::time::sleep(*after).await;
        let outcome = self.line.client.until_answered(&operation, self.first).await;
        let request = ReserveRequest { operation_id: operation_id.clone(), ..person.request.clone() };
        self.keep(call, &request, outcome);
    }

    fn keep(&mut self, call: Call, request: &ReserveRequest, outcome: Outcome) {
        let Outcome { sent, answered, times, too_early, answer } = outcome;
        self.history.too_early.extend(too_early);
        match answer {
            Ok(answer) => self.history.told.push(Told {
                call,
                operation_id: request.operation_id.clone(),
                application_id: request.application_id.clone(),
                sent,
                answered,
                times,
                answer,
            }),
            Err(status) => self.history.unanswered.push(format!("{call:?}: {:?}", status.code())),
        }
    }
}
