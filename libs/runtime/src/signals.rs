//! SIGTERM and SIGINT: the first asks the process to end well, the second ends it at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The exit code of a process that did not wait for its own end: 128 and SIGTERM's number.
const IMPATIENT: i32 = 143;

/// Cancels the token at the first signal.
pub(crate) fn stop_on_signal(stop: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("asked to end");
        stop.cancel();
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::warn!("asked again: ending at once");
        std::process::exit(IMPATIENT);
    });
    Ok(())
}
