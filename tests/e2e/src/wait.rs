//! Waiting for what happens a moment later, because an event or a job brings it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

const PATIENCE: Duration = Duration::from_secs(30);
const REST: Duration = Duration::from_millis(50);

/// Looks again and again until there is something to see.
pub(crate) async fn until<T>(what: &str, look: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        if begun.elapsed() > PATIENCE {
            bail!("{what}: not so after {PATIENCE:?}");
        }
        tokio::time::sleep(REST).await;
    }
}
