//! How much may be repeated: little of what succeeds, so that an outage does not multiply the calls.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Repetitions that are allowed from the start, in tenths.
const FULL: i64 = 200;
/// What a repetition costs, in tenths: each pays for itself by ten calls that needed none.
const PRICE: i64 = 10;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What is left to be repeated, of all calls to one neighbour.
pub(crate) struct Budget(AtomicI64);

impl Budget {
    pub(crate) const fn full() -> Self {
        Self(AtomicI64::new(FULL))
    }

    /// Takes what one repetition costs, if there is as much.
    pub(crate) fn spend(&self) -> bool {
        let spent = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| (left >= PRICE).then(|| left - PRICE));
        spent.is_ok()
    }

    /// A call came through.
    pub(crate) fn earn(&self) {
        let earn = |left: i64| (left < FULL).then(|| left + 1);
        // Full is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earn);
    }
}

/// How long to wait before a call is sent again: doubled each time, and scattered, so that those who failed together do not
/// come back together.
pub(crate) fn pause(attempt: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << attempt.min(10)).min(LONGEST_PAUSE);
    longest.mul_f64(rand::random_range(0.5..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_repeats_a_bounded_number() {
        let budget = Budget::full();
        assert_eq!((0..1_000).filter(|_| budget.spend()).count(), 20);
        assert!(!budget.spend());
    }

    #[test]
    fn what_comes_through_earns_repetitions() {
        let budget = Budget::full();
        while budget.spend() {}
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend());
        (0..1_000).for_each(|_| budget.earn());
        assert_eq!(budget.0.into_inner(), FULL);
    }

    #[test]
    fn pauses_grow_and_end() {
        for attempt in 0..40 {
            let pause = pause(attempt);
            assert!(pause >= FIRST_PAUSE / 2 && pause <= LONGEST_PAUSE, "{attempt}: {pause:?}");
        }
        assert!(pause(9) >= LONGEST_PAUSE / 2);
    }
}
