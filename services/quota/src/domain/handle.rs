//! The way of one operation from its sender to its answer. A sequence is a place to look, never an answer: what
//! counts is what is committed under the operation's own id.

use vocabulary::RoundId;

use super::{Digest, Evidence, Folded, Mode, Outcome, Position, Row, Sequence};

/// What Redis said to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It has this place, now or from an earlier time.
    Placed(Position),
    /// The id stands at this place with another kind or body.
    Conflict(Position),
    /// Its round was not open when the log was here.
    NotOpen(Position),
    /// Redis is not in the epoch that was named.
    Stale,
    /// Redis is behind what is committed.
    Behind,
    /// Nothing: it may be ordered or not.
    Nothing,
}

/// A committed decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place.
    pub seq: Sequence,
    /// SHA-256 of kind and body.
    pub body_hash: [u8; 32],
    /// The SHA-256 chain at it.
    pub digest: Digest,
    /// The answer.
    pub outcome: Outcome,
}

impl From<&Folded> for Recorded {
    fn from(folded: &Folded) -> Self {
        Self {
            seq: folded.entry.seq,
            body_hash: folded.entry.body_hash,
            digest: folded.digest,
            outcome: folded.outcome.clone(),
        }
    }
}

/// What PostgreSQL shows of an operation, in one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The line.
    pub row: Row,
    /// What is committed under the operation's id.
    pub found: Option<Recorded>,
}

/// What the handler does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Wait, not for long, until the line has come to this position or another epoch began; then look.
    WaitFor(Position),
    /// Give it to Redis, with the newest epoch.
    Append,
    /// Wait a moment, then give it to Redis again.
    Pause,
    /// Have the line look for trouble, then give it to Redis again.
    Recover(Evidence),
    /// Answer.
    Answer(Answer),
}

/// The end of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What was decided.
    Recorded(Recorded),
    /// The id was used before with another kind or body.
    Conflict,
    /// The round is not open. Not remembered: the same id may be sent again.
    NotOpen,
    /// The line is halted.
    Halted,
}

/// Follows one operation.
#[derive(Debug)]
pub struct Handler {
    body_hash: [u8; 32],
    round: Option<RoundId>,
    heard: Option<Heard>,
    /// Where Redis placed it before, though the line has passed there without it.
    passed: Option<Position>,
}

impl Handler {
    /// For an operation with this hash, and the round that it needs open.
    pub fn new(body_hash: [u8; 32], round: Option<RoundId>) -> Self {
        Self { body_hash, round, heard: None, passed: None }
    }

    /// Redis has said something.
    pub fn heard(&mut self, heard: Heard) -> Next {
        self.heard = Some(heard);
        match heard {
            Heard::Placed(at) | Heard::Conflict(at) | Heard::NotOpen(at) => Next::WaitFor(at),
            Heard::Stale => Next::Recover(Evidence::Stale),
            Heard::Behind => Next::Recover(Evidence::Behind),
            Heard::Nothing => Next::Pause,
        }
    }

    /// A decision under the operation's id is committed: that is the answer, whatever its place.
    pub fn decided(&self, recorded: Recorded) -> Next {
        let same = recorded.body_hash == self.body_hash;
        Next::Answer(if same { Answer::Recorded(recorded) } else { Answer::Conflict })
    }

    /// PostgreSQL shows something.
    pub fn looked(&mut self, looked: Looked) -> Next {
        if let Some(recorded) = looked.found {
            return self.decided(recorded);
        }
        if looked.row.mode == Mode::Halted {
            return Next::Answer(Answer::Halted);
        }
        let Some(Heard::Placed(at) | Heard::Conflict(at) | Heard::NotOpen(at)) = self.heard else {
            return Next::Append;
        };
        if !looked.row.has_reached(at) {
            return Next::Append;
        }
        let closed = self.round.is_some() && looked.row.open_round != self.round;
        if self.heard == Some(Heard::NotOpen(at)) && closed {
            return Next::Answer(Answer::NotOpen);
        }
        if self.passed.replace(at) == Some(at) {
            // A stale Redis that grew back to the same sequence looks healthy to everybody else.
            self.passed = None;
            return Next::Recover(Evidence::MissingOperation);
        }
        Next::Append
    }
}
