//! Somebody who sends an operation until it is answered, as subsidy does.

use quota::domain::Answer;

use crate::Step;
use crate::plan::Errand;

/// How long an answer is waited for.
const PATIENCE: Step = 150;

/// One sender.
#[derive(Debug)]
pub struct Sender {
    pub errand: Errand,
    /// When it is sent next.
    next: Step,
    /// Calls under way: which replica, which call, since when.
    pub calls: Vec<(usize, u64, Step)>,
    /// When it was first sent.
    pub sent: Option<Step>,
    /// When it was sent last.
    pub sent_last: Step,
    /// Its answer.
    pub answer: Option<Answer>,
}

impl Sender {
    pub const fn new(errand: Errand) -> Self {
        let next = errand.at;
        Self { errand, next, calls: Vec::new(), sent: None, sent_last: 0, answer: None }
    }

    /// Whether it sends now.
    pub fn sends(&self, now: Step) -> bool {
        self.answer.is_none() && self.calls.is_empty() && now >= self.next
    }

    /// It has sent.
    pub fn has_sent(&mut self, replica: usize, call: u64, now: Step) {
        self.sent.get_or_insert(now);
        self.sent_last = now;
        self.calls.push((replica, call, now));
    }

    /// A call that has taken too long.
    pub fn tired_of(&self, now: Step) -> Option<(usize, u64)> {
        let late = self.calls.iter().find(|(_, _, since)| now >= since + PATIENCE);
        late.map(|(replica, call, _)| (*replica, *call))
    }

    /// A call is over without an answer: it is repeated soon.
    pub fn broke_off(&mut self, call: u64, again: Step) {
        self.calls.retain(|(_, known, _)| *known != call);
        self.next = again;
    }
}
