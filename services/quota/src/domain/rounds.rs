//! When rounds open and close: by PostgreSQL's clock, the same for every replica.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use vocabulary::{ProgrammeId, RoundId};

use super::Operation;
use super::mutant::{Mutant, planted};

/// So near to now, a moment can no longer be moved: other replicas may know of a window for a second longer.
pub const FIXED_FOR: Duration = Duration::from_secs(3);

/// Whether a round takes applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundState {
    /// Not open yet.
    New,
    /// Open.
    Open,
    /// Closed for good.
    Closed,
}

/// A round and its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its name.
    pub id: RoundId,
    /// The first instant inside.
    pub opens_at: DateTime<Utc>,
    /// The first instant outside again.
    pub closes_at: DateTime<Utc>,
    /// Whether it takes applications.
    pub state: RoundState,
}

/// Between which two instants PostgreSQL's clock, moved to business time, certainly is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseTime {
    /// Not before this.
    pub earliest: DateTime<Utc>,
    /// Not after this.
    pub latest: DateTime<Utc>,
}

/// Why windows cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowRefused {
    /// A round's window ends before it begins.
    Reversed(RoundId),
    /// Two rounds would be open at once, or one is named twice.
    Overlap(RoundId),
    /// A moment that has passed, or is about to, would be moved.
    Fixed(RoundId),
}

impl RoundState {
    /// As the table spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Open => "OPEN",
            Self::Closed => "CLOSED",
        }
    }
}

/// The openings and closings that are due and not committed yet, in the order of their moments; repeated until they
/// are. Nobody opens before the earliest that it can be, nobody stays open past the latest.
pub fn due(programme: &ProgrammeId, rounds: &[Round], now: DatabaseTime) -> Vec<Operation> {
    let mut turns: Vec<(DateTime<Utc>, bool, Operation)> = Vec::new();
    for round in rounds {
        let begun = now.earliest >= round.opens_at;
        let over = now.latest >= round.closes_at;
        if begun && round.state == RoundState::New {
            turns.push((round.opens_at, true, Operation::opening(programme, &round.id)));
        }
        if over && round.state != RoundState::Closed {
            turns.push((round.closes_at, false, Operation::closing(programme, &round.id)));
        }
    }
    if planted(Mutant::TurnsOnce) {
        turns.retain(|(moment, ..)| now.latest < *moment + Duration::from_secs(15));
    }
    // Where one round ends as the next begins, the end comes first: false sorts before true.
    turns.sort_by_key(|(moment, opens, _)| (*moment, *opens));
    turns.into_iter().map(|(_, _, operation)| operation).collect()
}

/// How long to wait until it is certain on which side of each opening and closing PostgreSQL's clock is; none where it is certain
/// now. Whoever asks in between would be refused though the window may be open.
pub fn doubt(rounds: &[Round], now: DatabaseTime) -> Option<TimeDelta> {
    let opening = rounds.iter().filter(|round| round.state == RoundState::New).map(|round| round.opens_at);
    let closing =
        rounds.iter().filter(|round| round.state != RoundState::Closed).map(|round| round.closes_at);
    let doubtful = opening.chain(closing).filter(|moment| now.earliest < *moment && *moment <= now.latest);
    doubtful.max().map(|moment| moment - now.earliest)
}

/// Checks a new set of windows against the one there is: what has begun keeps its beginning, what has ended its end.
pub fn replace(old: &[Round], new: &[Round], now: DatabaseTime) -> Result<(), WindowRefused> {
    let mut sorted: Vec<&Round> = new.iter().collect();
    sorted.sort_by_key(|round| round.opens_at);
    for round in &sorted {
        if round.closes_at <= round.opens_at {
            return Err(WindowRefused::Reversed(round.id.clone()));
        }
        if new.iter().filter(|other| other.id == round.id).count() > 1 {
            return Err(WindowRefused::Overlap(round.id.clone()));
        }
    }
    if let Some(pair) = sorted.windows(2).find(|pair| pair[1].opens_at < pair[0].closes_at) {
        return Err(WindowRefused::Overlap(pair[1].id.clone()));
    }
    let moved = old.iter().find(|round| {
        let after = new.iter().find(|other| other.id == round.id);
        moves(round.opens_at, after.map(|after| after.opens_at), now)
            || moves(round.closes_at, after.map(|after| after.closes_at), now)
    });
    moved.map_or(Ok(()), |round| Err(WindowRefused::Fixed(round.id.clone())))
}

/// Whether a moment that stands already would be moved, or another be moved to where it would stand.
fn moves(old: DateTime<Utc>, new: Option<DateTime<Utc>>, now: DatabaseTime) -> bool {
    let fixed = now.latest + FIXED_FOR;
    new != Some(old) && (old <= fixed || new.is_some_and(|new| new <= fixed))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use vocabulary::OperationId;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn round(id: &str, opens: i64, closes: i64, state: RoundState) -> Round {
        Round { id: id.parse().unwrap(), opens_at: at(opens), closes_at: at(closes), state }
    }

    fn certainly(second: i64) -> DatabaseTime {
        DatabaseTime { earliest: at(second), latest: at(second) }
    }

    ///
    #[test]
    fn at_a_moment_that_is_in_doubt_it_is_waited() {
        let rounds = [round("spring", 10, 20, RoundState::New)];
        let between = |earliest, latest| DatabaseTime { earliest: at(earliest), latest: at(latest) };
        let waits =
            |earliest, latest| doubt(&rounds, between(earliest, latest)).map(|wait| wait.num_seconds());
        assert_eq!(waits(7, 9), None);
        assert_eq!(waits(8, 10), Some(2));
        assert_eq!(waits(10, 12), None, "it is open");
        assert_eq!(waits(19, 22), Some(1));
        assert_eq!(waits(8, 25), Some(12), "both are in doubt");
        let closed = [round("spring", 10, 20, RoundState::Closed)];
        assert_eq!(doubt(&closed, between(19, 22)), None, "what has happened is certain");
    }

    fn ids(rounds: &[Round], now: DatabaseTime) -> Vec<OperationId> {
        due(&"jinan-2021".parse().unwrap(), rounds, now).into_iter().map(|operation| operation.id).collect()
    }

    /// nobody is early and nobody is late, however uncertain the clock is.
    #[test]
    fn a_doubtful_moment_neither_opens_nor_stays_open() {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let closing = Operation::closing(&programme, &"spring".parse().unwrap()).id;
        let doubt = |at_second| DatabaseTime { earliest: at(at_second - 1), latest: at(at_second) };

        assert!(ids(&[round("spring", 10, 20, RoundState::New)], doubt(10)).is_empty());
        assert_eq!(ids(&[round("spring", 10, 20, RoundState::Open)], doubt(20)), [closing]);
    }

    /// what is due is repeated until it is committed, then never again.
    #[test]
    fn a_turn_is_due_until_it_is_committed() {
        assert_eq!(ids(&[round("spring", 10, 20, RoundState::New)], certainly(15)).len(), 1);
        assert!(ids(&[round("spring", 10, 20, RoundState::Open)], certainly(15)).is_empty());
        assert_eq!(ids(&[round("spring", 10, 20, RoundState::New)], certainly(25)).len(), 2);
        assert!(ids(&[round("spring", 10, 20, RoundState::Closed)], certainly(25)).is_empty());
    }

    #[test]
    fn a_round_closes_before_the_next_one_opens() {
        let programme: ProgrammeId = "jinan-2021".parse().unwrap();
        let rounds = [round("autumn", 20, 30, RoundState::New), round("spring", 10, 20, RoundState::Open)];
        let turns = due(&programme, &rounds, certainly(20));

        assert_eq!(turns[0], Operation::closing(&programme, &"spring".parse().unwrap()));
        assert_eq!(turns[1], Operation::opening(&programme, &"autumn".parse().unwrap()));
    }

    /// a window that has begun keeps its beginning.
    #[test]
    fn moments_that_are_near_or_past_stay() {
        let old = [round("spring", 10, 100, RoundState::Open)];
        let set = |new: Round, now| replace(&old, &[new], certainly(now));

        assert_eq!(set(round("spring", 10, 200, RoundState::New), 50), Ok(()));
        for (new, now) in [
            (round("spring", 11, 100, RoundState::New), 50),
            (round("spring", 10, 52, RoundState::New), 50),
            (round("spring", 10, 200, RoundState::New), 98),
            (round("autumn", 200, 300, RoundState::New), 50),
        ] {
            assert_eq!(set(new, now), Err(WindowRefused::Fixed("spring".parse().unwrap())));
        }
    }

    #[test]
    fn two_rounds_are_never_open_at_once() {
        let overlapping =
            [round("spring", 10, 20, RoundState::New), round("autumn", 19, 30, RoundState::New)];
        let refused = replace(&[], &overlapping, certainly(0));
        assert_eq!(refused, Err(WindowRefused::Overlap("autumn".parse().unwrap())));
    }
}
