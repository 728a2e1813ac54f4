//! Waiting for what comes about a moment later, because an event or a job brings it.

use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
const REST: Duration = Duration::from_millis(30);

/// Looks again and again until there is something to see.
///
/// # Panics
/// Where there is nothing to see for half a minute.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "did not come about: {what}");
        tokio::time::sleep(REST).await;
    }
}
