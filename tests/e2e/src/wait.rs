//! Waiting for what happens a moment later, because an event or a job brings it.

use std::time::Duration;

use anyhow::{Context, Result};
use stack::wait::{self, Look};

const PATIENCE: Duration = Duration::from_secs(30);

/// Looks again and again until there is something to see; a look that fails ends it.
pub(crate) async fn until<L: Look>(what: &str, look: impl AsyncFn() -> Result<L>) -> Result<L::Seen> {
    let seen = wait::within(PATIENCE, async || look().await.map(L::seen).transpose()).await;
    seen.with_context(|| format!("{what}: not so after {PATIENCE:?}"))?
}

/// Looks again and again until there is as much as there should be, and gives what it saw last, for an account to judge.
pub(crate) async fn until_equal<T: PartialEq>(wanted: &T, look: impl AsyncFn() -> Result<T>) -> Result<T> {
    let equal = async || look().await.map(|seen| (seen == *wanted).then_some(seen)).transpose();
    match wait::within(PATIENCE, equal).await {
        Some(seen) => seen,
        None => look().await,
    }
}
