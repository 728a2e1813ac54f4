//! Work that goes on when the caller hangs up.

use std::future::Future;

use refusal::internal;
use tonic::Status;
use tracing::Instrument;

use crate::deadline;

/// Runs a door's work in a task of its own and waits for it.
///
/// tonic drops a handler when its client goes away, and a future dropped in the middle of BEGIN or COMMIT can hand a pooled
/// connection back inside an open transaction. A task is not dropped; it keeps the caller's span and deadline. A panic in it
/// becomes INTERNAL.
pub async fn detached<T, E>(work: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, Status>
where
    T: Send + 'static,
    E: Into<Status> + Send + 'static,
{
    let work = deadline::carried(work).instrument(tracing::Span::current());
    match tokio::spawn(work).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(panicked) => Err(internal(&panicked)),
    }
}
