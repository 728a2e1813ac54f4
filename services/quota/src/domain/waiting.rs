//! Who waits at a replica for which operation.

use std::collections::HashMap;

use vocabulary::OperationId;

use super::mutant::{Mutant, planted};
use super::{Folded, Heard, Mode, Position, Recorded};

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
    /// What Redis said of the operation; none before it has placed it.
    heard: Option<Heard>,
    who: T,
}

/// While the line moves, so often is it waited for before one looks for the own operation all the same: it may have been lost on
/// the way, or be committed by a replica that is far ahead.
const WAITS: u32 = 4;

/// How long to wait for the line, as one sees it whose operation was placed. While it moves, it comes to everybody: whoever looked
/// for the own operation meanwhile would, with thousands like him, keep it from moving.
#[derive(Debug)]
pub struct Patience {
    at: Position,
    waits: u32,
}

impl Patience {
    /// From where the line is.
    pub fn from(at: Position) -> Self {
        Self { at, waits: 0 }
    }

    /// The line is here after another wait: whether to look for oneself.
    pub fn is_over(&mut self, at: Position) -> bool {
        self.waits += 1;
        std::mem::replace(&mut self.at, at) == at || self.waits.is_multiple_of(WAITS)
    }
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
    pub fn wait_for(&mut self, id: OperationId, number: u64, who: T) {
        self.by_operation.entry(id).or_default().push(Waiter { number, heard: None, who });
    }

    /// Redis has placed the operation of one who waits.
    pub fn placed(&mut self, id: OperationId, number: u64, heard: Heard) {
        let mut waiters = self.by_operation.get_mut(&id).into_iter().flatten();
        if let Some(waiter) = waiters.find(|waiter| waiter.number == number) {
            waiter.heard = Some(heard);
        }
    }

    /// What Redis said when it placed the operation of one who still waits.
    pub fn placed_as(&self, id: OperationId, number: u64) -> Option<Heard> {
        let mut waiters = self.by_operation.get(&id).into_iter().flatten();
        waiters.find(|waiter| waiter.number == number)?.heard
    }

    /// Somebody waits no more.
    pub fn leave(&mut self, id: OperationId, number: u64) -> Option<T> {
        let waiters = self.by_operation.get_mut(&id)?;
        let index = waiters.iter().position(|waiter| waiter.number == number)?;
        let left = waiters.swap_remove(index);
        if waiters.is_empty() {
            self.by_operation.remove(&id);
        }
        Some(left.who)
    }

    /// The line stands here: those whose operations were placed up to here wait no more, with what Redis said. Nobody waits for a
    /// line that is halted.
    pub fn passed(&mut self, at: Position, mode: Mode) -> Vec<(T, Heard)> {
        let has_passed = |waiter: &mut Waiter<T>| {
            let placed = waiter.heard.and_then(Heard::position);
            placed.is_some_and(|placed| placed <= at || mode == Mode::Halted)
        };
        let mut passed = Vec::new();
        self.by_operation.retain(|_, waiters| {
            passed.extend(waiters.extract_if(.., has_passed).filter_map(|one| Some((one.who, one.heard?))));
            !waiters.is_empty()
        });
        passed
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
            let placed = |waiter: &Waiter<T>| {
                waiter.heard.and_then(Heard::position).is_some_and(|at| at.seq == folded.entry.seq)
            };
            let found = self.by_operation.iter().find(|(_, waiters)| waiters.iter().any(placed));
            return found.map_or(folded.entry.id, |(id, _)| *id);
        }
        folded.entry.id
    }
}

#[cfg(test)]
mod tests {
    use super::super::Epoch;
    use super::*;

    fn at(epoch: i64, seq: i64) -> Position {
        Position { epoch: Epoch::from(epoch), seq: seq.into() }
    }

    /// Three who wait: placed at 3, placed at 9, and not placed yet.
    fn waiting() -> Waiting<&'static str> {
        let mut waiting = Waiting::default();
        for (number, who) in [(1, "third"), (2, "ninth"), (3, "queued")] {
            waiting.wait_for(OperationId::new(), number, who);
        }
        let ids: Vec<(OperationId, u64)> =
            waiting.by_operation.iter().map(|(id, waiters)| (*id, waiters[0].number)).collect();
        for (id, number) in ids {
            match number {
                1 => waiting.placed(id, number, Heard::Placed(at(1, 3))),
                2 => waiting.placed(id, number, Heard::NotOpen(at(1, 9))),
                _ => {}
            }
        }
        waiting
    }

    #[test]
    fn those_whom_the_line_has_passed_wait_no_more() {
        let mut waiting = waiting();
        assert_eq!(waiting.passed(at(1, 2), Mode::Log), []);
        assert_eq!(waiting.passed(at(1, 5), Mode::Log), [("third", Heard::Placed(at(1, 3)))]);
        assert_eq!(waiting.passed(at(1, 5), Mode::Log), [], "once");
        assert_eq!(
            waiting.passed(at(2, 4), Mode::Log),
            [("ninth", Heard::NotOpen(at(1, 9)))],
            "another epoch"
        );
        assert_eq!(waiting.len(), 1, "Redis has said nothing to who is queued");
    }

    #[test]
    fn a_line_that_moves_is_waited_for() {
        let mut patience = Patience::from(at(1, 3));
        assert!(!patience.is_over(at(1, 4)));
        assert!(!patience.is_over(at(2, 4)), "another epoch");
        assert!(patience.is_over(at(2, 4)), "it stands still");
        assert!(patience.is_over(at(2, 5)), "it moves, and was waited for long enough");
        assert!(!patience.is_over(at(2, 6)));
    }

    #[test]
    fn nobody_waits_for_a_halted_line() {
        let mut waiting = waiting();
        let mut passed = waiting.passed(at(1, 2), Mode::Halted);
        passed.sort_by_key(|(who, _)| *who);
        assert_eq!(passed, [("ninth", Heard::NotOpen(at(1, 9))), ("third", Heard::Placed(at(1, 3)))]);
    }
}
