//! The job that keeps a trail: every replica runs it, one at a time does the work.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::chain::{BATCH, Chained};
use crate::row::Link;
use crate::{Trail, TrailError};

/// How long to rest when there is nothing to chain: a row has its place within a second.
const REST: Duration = Duration::from_millis(500);

/// How often a broken trail is complained about; it is not signed meanwhile.
const COMPLAINT: Duration = Duration::from_mins(1);

/// Chains what is recorded and signs checkpoints until the process ends. What is left then, the next process chains.
pub async fn keep(trail: Trail, stop: CancellationToken) {
    let mut seen = None;
    let mut quiet_until = Instant::now();
    while !stop.is_cancelled() {
        let more = chain(&trail).await;
        if Instant::now() >= quiet_until {
            match trail.checkpoint(seen).await {
                Ok(place) => seen = place,
                Err(error) => {
                    complain(&trail, &error, seen);
                    quiet_until = Instant::now() + COMPLAINT;
                }
            }
        }
        if !more {
            stop.run_until_cancelled(tokio::time::sleep(REST)).await;
        }
    }
}

/// Chains one batch; whether there may be another at once.
async fn chain(trail: &Trail) -> bool {
    match trail.chain().await {
        Ok(Chained::Rows(rows)) => i64::try_from(rows).is_ok_and(|rows| rows == BATCH),
        Ok(Chained::Busy) => false,
        Err(error) => {
            complain(trail, &error, None);
            false
        }
    }
}

fn complain(trail: &Trail, error: &TrailError, seen: Option<Link>) {
    let service = trail.service;
    match error {
        TrailError::Database(cause) => {
            tracing::warn!(service, error = %cause, "the audit trail cannot be kept just now");
        }
        TrailError::Broken(finding) => {
            let sound_to = seen.map(|place| place.seq);
            tracing::error!(
                service,
                ?finding,
                sound_to,
                "the audit trail was tampered with; it is not signed"
            );
        }
    }
}
