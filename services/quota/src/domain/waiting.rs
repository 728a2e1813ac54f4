//! Who waits at a replica for which operation.

use std::collections::HashMap;

use vocabulary::OperationId;

use super::mutant::{Mutant, planted};
use super::{Folded, Position, Recorded};

/// Those who wait. The same operation may be waited for twice, when its sender repeats it.
#[derive(Debug)]
pub struct Waiting<T> {
    by_operation: HashMap<OperationId, Vec<Waiter<T>>>,
}

/// One who waits.
#[derive(Debug)]
struct Waiter<T> {
    /// Names this waiter among those of its operation.
    number: u64,
    /// Where Redis placed the operation; none before it has said so.
    at: Option<Position>,
    who: T,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { by_operation: HashMap::new() }
    }
}

impl<T> Waiting<T> {
    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.by_operation.is_empty()
    }

    /// How many operations are waited for.
    pub fn len(&self) -> usize {
        self.by_operation.len()
    }

    /// Somebody waits for an operation, under a number of its own.
    pub fn wait_for(&mut self, id: OperationId, number: u64, at: Option<Position>, who: T) {
        self.by_operation.entry(id).or_default().push(Waiter { number, at, who });
    }

    /// Redis has placed the operation of one who waits.
    pub fn placed(&mut self, id: OperationId, number: u64, at: Position) {
        let mut waiters = self.by_operation.get_mut(&id).into_iter().flatten();
        if let Some(waiter) = waiters.find(|waiter| waiter.number == number) {
            waiter.at = Some(at);
        }
    }

    /// Somebody waits no more.
    pub fn leave(&mut self, id: OperationId, number: u64) {
        if let Some(waiters) = self.by_operation.get_mut(&id) {
            waiters.retain(|waiter| waiter.number != number);
            if waiters.is_empty() {
                self.by_operation.remove(&id);
            }
        }
    }

    /// These are committed: gives everybody who waits for one of them, with what was decided.
    pub fn decided(&mut self, committed: &[Folded]) -> Vec<(T, Recorded)> {
        let mut told = Vec::new();
        if self.by_operation.is_empty() {
            return told;
        }
        for folded in committed {
            let id = self.answered_by(folded);
            for waiter in self.by_operation.remove(&id).into_iter().flatten() {
                told.push((waiter.who, Recorded::from(folded)));
            }
        }
        told
    }

    /// The operation whose senders a decision answers: always its own, whatever its sequence.
    fn answered_by(&self, folded: &Folded) -> OperationId {
        if planted(Mutant::AnswersBySequence) {
            let placed = |waiter: &Waiter<T>| waiter.at.is_some_and(|at| at.seq == folded.entry.seq);
            let found = self.by_operation.iter().find(|(_, waiters)| waiters.iter().any(placed));
            return found.map_or(folded.entry.id, |(id, _)| *id);
        }
        folded.entry.id
    }
}
