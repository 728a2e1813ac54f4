//! What a combiner turns to next: what was reported, what was wished for, and for how long Redis has been silent.

use std::time::Duration;

use super::mutant::{Mutant, planted};
use super::{Epoch, Evidence, Wanted};

/// A moment, by how long it is after some beginning. The law has no clock: whoever drives it says what time it is.
pub type Moment = Duration;

/// What is wanted of the combiner of one line at one replica.
#[derive(Debug)]
pub struct Agenda {
    /// For how long Redis is silent before the line goes on without it.
    direct_after: Duration,
    /// For how long Redis answers again before the line returns to it.
    return_after: Duration,
    suspicion: Option<(Epoch, Evidence)>,
    looks: bool,
    returns: bool,
    /// Since when what is read of Redis fails, and what is written. A Redis that is full, or a replica of another one, answers
    /// every read and takes nothing: each clock is stopped by its own kind only.
    unread_since: Option<Moment>,
    refused_since: Option<Moment>,
    /// In mode `DIRECT`: since when Redis takes what is written again, without a break.
    takes_since: Option<Moment>,
}

impl Agenda {
    /// Nothing is wanted yet.
    pub const fn new(direct_after: Duration, return_after: Duration) -> Self {
        Self {
            direct_after,
            return_after,
            suspicion: None,
            looks: false,
            returns: false,
            unread_since: None,
            refused_since: None,
            takes_since: None,
        }
    }

    /// Somebody reports trouble in an epoch.
    pub const fn suspect(&mut self, epoch: Epoch, evidence: Evidence) {
        self.suspicion = Some((epoch, evidence));
    }

    /// Another PostgreSQL server answers: the row is to be looked at.
    pub const fn look(&mut self) {
        self.looks = true;
    }

    /// Redis was read, or could not be. Tells whether it is silent only now.
    pub fn read(&mut self, answered: bool, now: Moment) -> bool {
        if answered && planted(Mutant::TrustsReads) {
            self.refused_since = None;
        }
        note(&mut self.unread_since, answered, now)
    }

    /// Redis took what was written, or did not. Tells whether it is silent only now.
    pub fn wrote(&mut self, taken: bool, now: Moment) -> bool {
        note(&mut self.refused_since, taken, now)
    }

    /// Whether Redis is silent.
    pub const fn is_silent(&self) -> bool {
        self.unread_since.is_some() || self.refused_since.is_some()
    }

    /// In mode `DIRECT`, something was written to Redis: once it has taken it for a while without a break, the line returns to
    /// it. Tells whether it does.
    pub fn tried(&mut self, takes: bool, now: Moment) -> bool {
        if !takes {
            self.takes_since = None;
            return false;
        }
        let since = *self.takes_since.get_or_insert(now);
        let long = now >= since + self.return_after;
        self.returns |= long;
        long
    }

    /// The line takes its order in another way than before: what was known of Redis' silence was about the old one.
    pub const fn turned(&mut self) {
        (self.unread_since, self.refused_since, self.takes_since) = (None, None, None);
    }

    /// The line was to leave Redis, and stays: to leave it, it must be silent as long again.
    pub fn stayed(&mut self, now: Moment) {
        self.unread_since = self.unread_since.map(|_| now);
        self.refused_since = self.refused_since.map(|_| now);
    }

    /// What the next round is for. `somebody_waits`, or nobody needs the line to go on without Redis.
    pub fn next(&mut self, somebody_waits: bool, now: Moment) -> Wanted {
        let since = self.unread_since.into_iter().chain(self.refused_since).min();
        let away = since.is_some_and(|since| now >= since + self.direct_after);
        match self.suspicion.take() {
            Some((epoch, evidence)) => Wanted::Check(epoch, evidence),
            None if std::mem::take(&mut self.looks) => Wanted::Look,
            None if std::mem::take(&mut self.returns) => Wanted::Return,
            None if away && somebody_waits => Wanted::Leave,
            None => Wanted::Fold,
        }
    }
}

/// Sets or stops a clock of silence. Tells whether it begins now.
fn note(since: &mut Option<Moment>, answered: bool, now: Moment) -> bool {
    let begins = !answered && since.is_none();
    *since = if answered { None } else { since.or(Some(now)) };
    begins
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(second: u64) -> Moment {
        Duration::from_secs(second)
    }

    fn agenda() -> Agenda {
        Agenda::new(Duration::from_secs(5), Duration::from_secs(10))
    }

    #[test]
    fn a_line_leaves_a_redis_that_is_silent_for_long_while_somebody_waits() {
        let mut agenda = agenda();
        assert!(agenda.read(false, at(1)));
        assert!(!agenda.read(false, at(2)), "no news");
        assert_eq!(agenda.next(true, at(5)), Wanted::Fold, "not for long");
        assert_eq!(agenda.next(false, at(6)), Wanted::Fold, "nobody waits");
        assert_eq!(agenda.next(true, at(6)), Wanted::Leave);
        agenda.stayed(at(6));
        assert_eq!(agenda.next(true, at(10)), Wanted::Fold);
        agenda.read(true, at(10));
        assert_eq!(agenda.next(true, at(20)), Wanted::Fold);
    }

    #[test]
    fn a_redis_that_answers_and_takes_nothing_is_silent() {
        let mut agenda = agenda();
        agenda.wrote(false, at(1));
        agenda.read(true, at(6));
        assert_eq!(agenda.next(true, at(6)), Wanted::Leave, "a read ends no silence of writes");
        agenda.wrote(true, at(7));
        assert!(!agenda.is_silent());
        agenda.read(false, at(8));
        agenda.wrote(true, at(13));
        assert_eq!(agenda.next(true, at(13)), Wanted::Leave, "nor a write one of reads");
    }

    #[test]
    fn a_line_returns_to_a_redis_that_answers_without_a_break() {
        let mut agenda = agenda();
        assert!(!agenda.tried(true, at(0)));
        assert!(!agenda.tried(false, at(9)));
        assert!(!agenda.tried(true, at(10)));
        assert!(!agenda.tried(true, at(19)), "nine seconds since the break");
        assert!(agenda.tried(true, at(20)));
        assert_eq!(agenda.next(false, at(20)), Wanted::Return);
        assert_eq!(agenda.next(false, at(20)), Wanted::Fold, "once");
    }

    #[test]
    fn what_was_reported_goes_first() {
        let mut agenda = agenda();
        agenda.look();
        agenda.suspect(Epoch::FIRST, Evidence::Asked);
        assert_eq!(agenda.next(false, at(0)), Wanted::Check(Epoch::FIRST, Evidence::Asked));
        assert_eq!(agenda.next(false, at(0)), Wanted::Look);
    }
}
