//! What every client sent, when, and what it was told.

use std::time::Instant;

use proto::quota::Place;
use refusal::Reason;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// For a place.
    Reserve,
    /// The same, a second time: under the same id, at the other replica.
    Again,
    /// For a place, while another application of the same worker asks too.
    Rival,
    /// To give the place up.
    Withdraw,
    /// To change lines.
    Move,
}

/// What a client was told.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The place as the operation left it.
    Place(Place),
    /// A refusal by the line itself: a decision like any other.
    Refused(Reason),
}

/// One operation that was answered.
#[derive(Debug, Clone)]
pub struct Told {
    /// What was asked.
    pub call: Call,
    /// Under which id.
    pub operation_id: String,
    /// For which application.
    pub application_id: String,
    /// When it was first sent.
    pub sent: Instant,
    /// When it was first answered.
    pub answered: Instant,
    /// How often it was sent.
    pub times: u32,
    /// The answer.
    pub answer: Answer,
}

/// A look at a place that had been told.
#[derive(Debug, Clone)]
pub struct Read {
    /// Whose.
    pub application_id: String,
    /// What it was; none where quota said that there is none.
    pub place: Option<Place>,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Whatever was answered.
    pub told: Vec<Told>,
    /// Places that were looked at afterwards.
    pub reads: Vec<Read>,
    /// What never was, and why at last.
    pub unanswered: Vec<String>,
    /// When somebody was told that the round is not open: sent and answered.
    pub too_early: Vec<(Instant, Instant)>,
    /// How many calls were broken off by their caller.
    pub hung_up: usize,
}
