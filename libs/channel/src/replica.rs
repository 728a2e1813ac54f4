//! One address of a neighbour: how much is under way there, and whether it has failed lately.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tonic::transport::Channel;

/// How long a replica that failed is left alone: doubled with each failure in a row, up to the second.
const FIRST_REST: Duration = Duration::from_millis(100);
const LONGEST_REST: Duration = Duration::from_secs(5);

/// A replica and what is known of it.
#[derive(Debug)]
pub struct Replica {
    pub address: std::net::SocketAddr,
    pub channel: Channel,
    under_way: AtomicUsize,
    failures: AtomicU32,
    /// Milliseconds since `born` until which it rests.
    rests_until_ms: AtomicU64,
    born: Instant,
}

impl Replica {
    pub fn new(address: std::net::SocketAddr, channel: Channel) -> Self {
        Self {
            address,
            channel,
            under_way: AtomicUsize::new(0),
            failures: AtomicU32::new(0),
            rests_until_ms: AtomicU64::new(0),
            born: Instant::now(),
        }
    }

    /// Counts a call until the guard goes.
    pub fn enter(self: &Arc<Self>) -> UnderWay {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(self.clone())
    }

    pub fn load(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    pub fn rests(&self) -> bool {
        self.age_ms() < self.rests_until_ms.load(Ordering::Relaxed)
    }

    pub fn succeeded(&self) {
        self.failures.store(0, Ordering::Relaxed);
        self.rests_until_ms.store(0, Ordering::Relaxed);
    }

    pub fn failed(&self) {
        let before = self.failures.fetch_add(1, Ordering::Relaxed);
        let rest = FIRST_REST.saturating_mul(1 << before.min(10)).min(LONGEST_REST);
        let until = self.age_ms() + u64::try_from(rest.as_millis()).unwrap_or(u64::MAX);
        self.rests_until_ms.store(until, Ordering::Relaxed);
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A call under way at a replica.
pub struct UnderWay(Arc<Replica>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
