//! How long the caller still waits: known to all code that works for the call, and passed on, less a margin.

use std::future::Future;
use std::time::{Duration, Instant};

tokio::task_local! {
    static DEADLINE: Instant;
}

/// What a call keeps back for itself when it passes its deadline on.
pub const MARGIN: Duration = Duration::from_millis(50);

/// Runs work that must be done by this time.
pub async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> T {
    DEADLINE.scope(deadline, work).await
}

/// Runs work in another task under the same deadline, if there is one.
pub(crate) fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    // Asked here, in the caller's task: the other task has no deadline yet.
    let deadline = current();
    async move {
        match deadline {
            Some(deadline) => within(deadline, work).await,
            None => work.await,
        }
    }
}

/// When the call that this code works for must be answered; none in a job.
pub fn current() -> Option<Instant> {
    DEADLINE.try_with(|deadline| *deadline).ok()
}

/// What a neighbour asked on behalf of this call may take: what is left, less the margin; none in a job.
pub fn remaining() -> Option<Duration> {
    current().map(|deadline| deadline.saturating_duration_since(Instant::now()).saturating_sub(MARGIN))
}
