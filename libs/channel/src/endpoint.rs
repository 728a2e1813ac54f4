//! One replica of a neighbour: its connection, how busy it is with us, and whether it is to be spared.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a replica is spared after its first failure; doubled with each further one.
const FIRST_REST: Duration = Duration::from_millis(200);
const LONGEST_REST: Duration = Duration::from_secs(10);

/// So many answers in a row that did not come in time count as a failure; one may be the call's own fault.
const LATE_IN_A_ROW: u32 = 3;

/// A replica; `T` is the way to it.
pub(crate) struct Endpoint<T> {
    pub(crate) address: SocketAddr,
    pub(crate) transport: T,
    outstanding: AtomicUsize,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    failures: u32,
    late: u32,
    rests_until: Option<Instant>,
}

/// One call that is under way there.
pub(crate) struct Outstanding<T>(Arc<Endpoint<T>>);

impl<T> Endpoint<T> {
    pub(crate) fn new(address: SocketAddr, transport: T) -> Self {
        Self { address, transport, outstanding: AtomicUsize::new(0), record: Mutex::default() }
    }

    /// Counts a call until it is over.
    pub(crate) fn enter(self: &Arc<Self>) -> Outstanding<T> {
        self.outstanding.fetch_add(1, Ordering::Relaxed);
        Outstanding(Arc::clone(self))
    }

    pub(crate) fn outstanding(&self) -> usize {
        self.outstanding.load(Ordering::Relaxed)
    }

    /// Until when it is spared; none where it may be asked now. Whoever asks first after a rest finds out whether it is well.
    pub(crate) fn rests_until(&self, now: Instant) -> Option<Instant> {
        self.record().rests_until.filter(|until| *until > now)
    }

    /// It answered; what it answered does not matter.
    pub(crate) fn answered(&self) {
        *self.record() = Record::default();
    }

    /// It could not be asked, broke off, or says that it is unavailable.
    pub(crate) fn failed(&self, now: Instant) {
        self.rest(&mut self.record(), now);
    }

    /// It did not answer in time.
    pub(crate) fn was_late(&self, now: Instant) {
        let mut record = self.record();
        record.late += 1;
        if record.late >= LATE_IN_A_ROW {
            self.rest(&mut record, now);
        }
    }

    fn rest(&self, record: &mut Record, now: Instant) {
        let rest = FIRST_REST.saturating_mul(1 << record.failures.min(10)).min(LONGEST_REST);
        record.rests_until = Some(now + rest.mul_f64(rand::random_range(0.8..1.2)));
        record.failures += 1;
        record.late = 0;
        tracing::warn!(address = %self.address, failures = record.failures, "a neighbour's replica is spared for a while");
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Drop for Outstanding<T> {
    fn drop(&mut self) {
        self.0.outstanding.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> Endpoint<()> {
        Endpoint::new(([127, 0, 0, 1], 1).into(), ())
    }

    #[test]
    fn a_failure_is_followed_by_a_rest_that_grows() {
        let (endpoint, now) = (endpoint(), Instant::now());
        let mut rests = (0..12).map(|_| {
            endpoint.failed(now);
            endpoint.rests_until(now).unwrap() - now
        });
        assert!(rests.next().unwrap() < Duration::from_millis(250));
        let last = rests.last().unwrap();
        assert!(last >= LONGEST_REST.mul_f64(0.8) && last <= LONGEST_REST.mul_f64(1.2), "{last:?}");
        assert!(endpoint.rests_until(now + Duration::from_secs(13)).is_none());

        endpoint.answered();
        assert!(endpoint.rests_until(now).is_none());
    }

    #[test]
    fn one_late_answer_is_forgiven() {
        let (endpoint, now) = (endpoint(), Instant::now());
        endpoint.was_late(now);
        endpoint.was_late(now);
        endpoint.answered();
        endpoint.was_late(now);
        endpoint.was_late(now);
        assert!(endpoint.rests_until(now).is_none());
        endpoint.was_late(now);
        assert!(endpoint.rests_until(now).is_some());
    }

    #[test]
    fn a_call_counts_until_it_is_over() {
        let endpoint = Arc::new(endpoint());
        let calls = [endpoint.enter(), endpoint.enter()];
        assert_eq!(endpoint.outstanding(), 2);
        drop(calls);
        assert_eq!(endpoint.outstanding(), 0);
    }
}
