//! What a combiner turns to next: what was reported, what was wished for, and for how long Redis has been silent.

use std::time::Duration;

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
    silent_since: Option<Moment>,
    /// In mode `DIRECT`: since when Redis answers again, without a break.
    answers_since: Option<Moment>,
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
            silent_since: None,
            answers_since: None,
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

    /// Redis has answered.
    pub const fn answered(&mut self) {
        self.silent_since = None;
    }

    /// Redis has not answered. Tells whether that is news.
    pub const fn was_silent(&mut self, now: Moment) -> bool {
        let news = self.silent_since.is_none();
        if news {
            self.silent_since = Some(now);
        }
        news
    }

    /// Whether Redis is silent.
    pub const fn is_silent(&self) -> bool {
        self.silent_since.is_some()
    }

    /// In mode `DIRECT`, Redis was tried: once it has answered for a while without a break, the line returns to it. Tells
    /// whether it does.
    pub fn tried(&mut self, answers: bool, now: Moment) -> bool {
        if !answers {
            self.answers_since = None;
            return false;
        }
        let since = *self.answers_since.get_or_insert(now);
        let long = now >= since + self.return_after;
        self.returns |= long;
        long
    }

    /// The line takes its order in another way than before: what was known of Redis' silence was about the old one.
    pub const fn turned(&mut self) {
        (self.silent_since, self.answers_since) = (None, None);
    }

    /// The line was to leave Redis, and stays: to leave it, it must be silent as long again.
    pub fn stayed(&mut self, now: Moment) {
        self.silent_since = self.silent_since.map(|_| now);
    }

    /// What the next round is for. `somebody_waits`, or nobody needs the line to go on without Redis.
    pub fn next(&mut self, somebody_waits: bool, now: Moment) -> Wanted {
        let away = self.silent_since.is_some_and(|since| now >= since + self.direct_after);
        match self.suspicion.take() {
            Some((epoch, evidence)) => Wanted::Check(epoch, evidence),
            None if std::mem::take(&mut self.looks) => Wanted::Look,
            None if std::mem::take(&mut self.returns) => Wanted::Return,
            None if away && somebody_waits => Wanted::Leave,
            None => Wanted::Fold,
        }
    }
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
        assert!(agenda.was_silent(at(1)));
        assert!(!agenda.was_silent(at(2)), "no news");
        assert_eq!(agenda.next(true, at(5)), Wanted::Fold, "not for long");
        assert_eq!(agenda.next(false, at(6)), Wanted::Fold, "nobody waits");
        assert_eq!(agenda.next(true, at(6)), Wanted::Leave);
        agenda.stayed(at(6));
        assert_eq!(agenda.next(true, at(10)), Wanted::Fold);
        agenda.answered();
        assert_eq!(agenda.next(true, at(20)), Wanted::Fold);
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
