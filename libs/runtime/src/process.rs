//! One running service: its clock, its jobs, its server, and its end.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::IntoResponse;
use tokio_util::sync::CancellationToken;
use tower::{Layer, Service};

use crate::Clock;
use crate::jobs::Jobs;
use crate::server::{self, Doors, Health, ServeError, ServerConfig, Without};

/// How often a store is looked at, and how long it has to answer.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const LOOK_PATIENCE: Duration = Duration::from_secs(2);

/// What a service's wiring gets to build on.
#[derive(Clone)]
pub struct Process {
    name: &'static str,
    clock: Clock,
    jobs: Jobs,
    stop: CancellationToken,
    health: Health,
}

impl Process {
    pub(crate) fn new(name: &'static str, clock: Clock, health: Health, stop: CancellationToken) -> Self {
        Self { name, clock, jobs: Jobs::default(), stop, health }
    }

    /// The service's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Business time.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Cancelled when the process is asked to end. It still takes calls, until its callers have noticed.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a job for as long as the process runs, as [`Jobs::spawn`] says.
    pub fn spawn<F>(&self, name: &'static str, job: impl Fn(CancellationToken) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.jobs.spawn(name, job);
    }

    /// Jobs that run on a thread of their own, so that none of them waits behind a call. Connections that they wait for have to
    /// be theirs too: one is served by the threads on which it was opened.
    pub fn jobs_on_own_thread(&self, name: &'static str) -> io::Result<Jobs> {
        self.jobs.on_own_thread(name)
    }

    /// Looks at a store that the service stands on, again and again, and tells in its health whether it is there. A look that
    /// takes too long finds nothing.
    pub fn stands_on<F>(
        &self,
        store: &'static str,
        without: Without,
        look: impl Fn() -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = bool> + Send + 'static,
    {
        let (health, look) = (self.health.clone(), Arc::new(look));
        self.spawn(store, move |stop| {
            let (health, look) = (health.clone(), look.clone());
            async move {
                while !stop.is_cancelled() {
                    let is_there = tokio::time::timeout(LOOK_PATIENCE, look()).await.unwrap_or(false);
                    health.set_store(store, is_there, without).await;
                    stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await;
                }
            }
        });
    }

    /// Takes calls until the process is asked to end; then is not ready, waits until that is noticed, stops listening, and
    /// lets calls and jobs end, but no longer than the drain deadline.
    pub async fn serve<L>(&self, config: &ServerConfig, doors: Doors, auth: L) -> Result<(), ServeError>
    where
        L: Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let stop_listening = CancellationToken::new();
        let serving = server::serve(config, doors, auth, &self.health, stop_listening.clone());
        tokio::pin!(serving);
        tokio::select! {
            ended = &mut serving => return ended,
            () = self.stop.cancelled() => {}
        }
        self.health.set_ready(false).await;
        let notice = Duration::from_millis(config.drain_notice_ms);
        tokio::select! {
            ended = &mut serving => return ended,
            () = tokio::time::sleep(notice) => stop_listening.cancel(),
        }
        let deadline = Duration::from_millis(config.drain_deadline_ms);
        let drained = async {
            // A call that takes all of the time must not keep jobs from being told to end.
            let served = tokio::time::timeout(deadline * 3 / 4, &mut serving).await;
            self.jobs.end().await;
            served
        };
        if let Ok(Ok(served)) = tokio::time::timeout(deadline, drained).await {
            return served;
        }
        tracing::warn!("calls or jobs did not end in time; ending all the same");
        Ok(())
    }
}
