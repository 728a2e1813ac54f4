//! The way of one operation from its sender to its answer. A sequence is a place to look, never an answer: what
//! counts is what is committed under the operation's own id.

use vocabulary::RoundId;

use super::mutant::{Mutant, planted};
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

impl Heard {
    /// Where to wait for the line; none where Redis placed nothing.
    pub fn position(self) -> Option<Position> {
        match self {
            Self::Placed(at) | Self::Conflict(at) | Self::NotOpen(at) => Some(at),
            Self::Stale | Self::Behind | Self::Nothing => None,
        }
    }
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
            Heard::NotOpen(_) if planted(Mutant::TrustsNotOpen) => Next::Answer(Answer::NotOpen),
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
        let Some(at) = self.heard.and_then(Heard::position) else { return Next::Append };
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

#[cfg(test)]
mod tests {
    use super::super::Link;
    use super::*;

    const HASH: [u8; 32] = [1; 32];

    fn at(epoch: i64, seq: i64) -> Position {
        Position { epoch: epoch.into(), seq: seq.into() }
    }

    /// PostgreSQL at a position, with this round open, and nothing found.
    fn line(at: Position, open: Option<&str>) -> Looked {
        let row = Row {
            at,
            base_seq: 0.into(),
            mode: Mode::Log,
            link: Link::start(),
            digest: Digest::from([0; 32]),
            open_round: open.map(|round| round.parse().unwrap()),
        };
        Looked { row, found: None }
    }

    fn recorded(body_hash: [u8; 32]) -> Recorded {
        Recorded { seq: 9.into(), body_hash, digest: Digest::from([0; 32]), outcome: Outcome::Done }
    }

    fn handler() -> Handler {
        Handler::new(HASH, Some("spring".parse().unwrap()))
    }

    #[test]
    fn the_answer_is_what_is_recorded_under_the_own_id_whatever_its_sequence() {
        let mut handler = handler();
        assert_eq!(handler.heard(Heard::Placed(at(1, 5))), Next::WaitFor(at(1, 5)));
        let looked = Looked { found: Some(recorded(HASH)), ..line(at(2, 40), None) };
        assert_eq!(handler.looked(looked), Next::Answer(Answer::Recorded(recorded(HASH))));
        assert_eq!(handler.decided(recorded([2; 32])), Next::Answer(Answer::Conflict));
    }

    #[test]
    fn a_place_that_was_lost_is_asked_for_again_and_the_same_place_twice_is_evidence() {
        let mut handler = handler();
        handler.heard(Heard::Placed(at(1, 5)));
        assert_eq!(handler.looked(line(at(1, 4), Some("spring"))), Next::Append, "not there yet");
        handler.heard(Heard::Placed(at(1, 5)));
        assert_eq!(handler.looked(line(at(1, 5), Some("spring"))), Next::Append);
        handler.heard(Heard::Placed(at(1, 5)));
        let looked = handler.looked(line(at(1, 6), Some("spring")));
        assert_eq!(looked, Next::Recover(Evidence::MissingOperation));
    }

    /// that a round is not open is told only when PostgreSQL, so far or further in that epoch, says the same.
    #[test]
    fn not_open_is_told_only_when_postgresql_says_so() {
        let mut handler = handler();
        handler.heard(Heard::NotOpen(at(1, 5)));
        assert_eq!(handler.looked(line(at(1, 4), None)), Next::Append, "too early to say");
        handler.heard(Heard::NotOpen(at(1, 5)));
        assert_eq!(handler.looked(line(at(2, 9), None)), Next::Append, "of another epoch");
        handler.heard(Heard::NotOpen(at(1, 5)));
        assert_eq!(handler.looked(line(at(1, 6), Some("spring"))), Next::Append, "opened since");
        handler.heard(Heard::NotOpen(at(1, 7)));
        assert_eq!(handler.looked(line(at(1, 7), Some("autumn"))), Next::Answer(Answer::NotOpen));
    }

    #[test]
    fn a_conflict_that_redis_alone_knows_is_not_told() {
        let mut handler = handler();
        handler.heard(Heard::Conflict(at(1, 5)));
        assert_eq!(handler.looked(line(at(1, 5), Some("spring"))), Next::Append);
        handler.heard(Heard::Conflict(at(1, 5)));
        let looked = handler.looked(line(at(1, 5), Some("spring")));
        assert_eq!(looked, Next::Recover(Evidence::MissingOperation));
    }

    #[test]
    fn trouble_is_reported_silence_waited_out_and_a_halted_line_told() {
        let mut handler = handler();
        assert_eq!(handler.heard(Heard::Stale), Next::Recover(Evidence::Stale));
        assert_eq!(handler.heard(Heard::Behind), Next::Recover(Evidence::Behind));
        assert_eq!(handler.heard(Heard::Nothing), Next::Pause);
        let mut looked = line(at(1, 5), None);
        looked.row.mode = Mode::Halted;
        assert_eq!(handler.looked(looked), Next::Answer(Answer::Halted));
    }
}
