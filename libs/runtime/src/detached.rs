//! Work that goes on when the caller hangs up.

use std::future::Future;

use refusal::internal;
use tonic::Status;
use tracing::Instrument;

use crate::deadline;

/// Runs a door's work in a task of its own, begun at once, and waits for it.
///
/// tonic drops a handler when its client goes away, and a future dropped in the middle of BEGIN or COMMIT can hand a pooled
/// connection back inside an open transaction. A task is not dropped; it keeps the caller's span and deadline. A panic in it
/// becomes INTERNAL.
pub fn detached<T, E>(
    work: impl Future<Output = Result<T, E>> + Send + 'static,
) -> impl Future<Output = Result<T, Status>> + Send
where
    T: Send + 'static,
    E: Into<Status> + Send + 'static,
{
    // Spawned here and not inside the future, which would then have to hold the work and be as large.
    let task = tokio::spawn(deadline::carried(work).instrument(tracing::Span::current()));
    async {
        match task.await {
            Ok(outcome) => outcome.map_err(Into::into),
            Err(panicked) => Err(internal(&panicked)),
        }
    }
}
