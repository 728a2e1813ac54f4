//! Jobs: what a service does by itself, for as long as it runs.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a job that failed waits before it starts again.
const PAUSE: Duration = Duration::from_secs(1);

/// The jobs of one process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Jobs {
    /// Runs a job until the process ends. A job that panics or ends early is logged and started again: the rest of the
    /// process is worth more than one job, and a job takes up its work from the tables.
    pub(crate) fn spawn<F>(&self, name: &'static str, job: impl Fn(CancellationToken) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        self.tracker.spawn(async move {
            while !stop.is_cancelled() {
                match tokio::spawn(job(stop.clone())).await {
                    Ok(()) if stop.is_cancelled() => {}
                    Ok(()) => tracing::error!(job = name, "a job ended early; it is started again"),
                    Err(error) => tracing::error!(job = name, %error, "a job failed; it is started again"),
                }
                stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
            }
        });
    }

    /// Lets every job end, and waits until it has.
    pub(crate) async fn end(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}
