//! Jobs: what a service does by itself, for as long as it runs.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a job that failed waits before it starts again.
const PAUSE: Duration = Duration::from_secs(1);

/// Jobs of one process, which end together.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    tracker: TaskTracker,
    stop: CancellationToken,
    own: Option<Arc<OwnThread>>,
}

/// A thread that runs nothing but some jobs, and what they leave behind. It keeps tokio's slot for the task that was woken last:
/// no answers are written here (docs/decisions/0015-answers-are-written-together.md).
#[derive(Debug)]
struct OwnThread(Option<Runtime>);

impl Jobs {
    /// More of them, which run on a thread of their own.
    pub(crate) fn on_own_thread(&self, name: &'static str) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()?;
        Ok(Self { own: Some(Arc::new(OwnThread(Some(runtime)))), ..self.clone() })
    }

    /// Runs a job for as long as the process runs. One that panics or ends early is logged and started again: the rest of the
    /// process is worth more than one job, and a job takes up its work from the tables. Its token is cancelled once the last
    /// call has ended, for calls wait for what jobs do, or three quarters of the drain deadline have passed; then it has until
    /// the deadline to end.
    pub fn spawn<F>(&self, name: &'static str, job: impl Fn(CancellationToken) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, own) = (self.stop.clone(), self.own.clone());
        self.tracker.spawn(async move {
            while !stop.is_cancelled() {
                match begin(own.as_deref(), job(stop.clone())).await {
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

fn begin(own: Option<&OwnThread>, job: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    match own.and_then(|own| own.0.as_ref()) {
        Some(runtime) => runtime.spawn(job),
        None => tokio::spawn(job),
    }
}

impl Drop for OwnThread {
    /// Wherever the last job ends: a runtime that is dropped inside another would wait for its thread, and panic.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Mutex, mpsc};

    use tokio::sync::oneshot;

    use super::*;

    /// The test has one thread, and blocks it as a call could that computes.
    #[tokio::test]
    async fn a_job_on_its_own_thread_waits_behind_no_call() {
        let jobs = Jobs::default();
        let (begun, begins) = oneshot::channel();
        let (ask, asked) = oneshot::channel::<u32>();
        let (answer, answered) = mpsc::channel();
        let held = Mutex::new(Some((begun, asked, answer)));
        jobs.on_own_thread("answers").unwrap().spawn("answers", move |_| {
            let held = held.lock().unwrap().take();
            async move {
                let Some((begun, asked, answer)) = held else { return };
                begun.send(()).unwrap();
                answer.send(asked.await.unwrap() + 1).unwrap();
            }
        });
        begins.await.unwrap();

        ask.send(1).unwrap();
        assert_eq!(answered.recv_timeout(Duration::from_secs(30)), Ok(2));
        jobs.end().await;
    }

    #[tokio::test]
    async fn a_job_that_panics_on_its_own_thread_is_started_again() {
        let jobs = Jobs::default();
        let (begun, mut begins) = tokio::sync::mpsc::channel(2);
        let times = AtomicU32::new(0);
        jobs.on_own_thread("fails").unwrap().spawn("fails", move |stop| {
            let (begun, time) = (begun.clone(), times.fetch_add(1, Ordering::Relaxed));
            async move {
                begun.send(time).await.unwrap();
                assert_ne!(time, 0, "the first time it fails");
                stop.cancelled().await;
            }
        });
        assert_eq!((begins.recv().await, begins.recv().await), (Some(0), Some(1)));
        jobs.end().await;
    }
}
