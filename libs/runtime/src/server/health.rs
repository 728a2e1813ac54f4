//! Whether the process is alive, whether it takes calls, and which of the stores it stands on is missing: told by gRPC and,
//! beside the metrics, by HTTP.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// The service names that probes ask for; the empty name means readiness. Each store has its own name besides.
const LIVENESS: &str = "liveness";
const READINESS: &str = "readiness";

/// What a service does while a store is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// It can answer nothing, and is not ready.
    NotReady,
    /// It goes on as well as it can: what needs the store waits.
    GoesOn,
}

/// Where health is told.
#[derive(Clone)]
pub struct Health {
    reporter: HealthReporter,
    state: watch::Sender<State>,
    /// One reports at a time: what was computed before would else be told after what is newer.
    reporting: Arc<Mutex<()>>,
}

/// What is told.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// The server takes calls.
    serves: bool,
    /// Each store that was looked at: whether it is there, and what is done without it.
    stores: BTreeMap<&'static str, (bool, Without)>,
}

impl Health {
    /// Alive, and not ready yet. tonic-health would call the empty name serving from the start.
    pub(crate) async fn new() -> Self {
        let (reporter, state) = (HealthReporter::new(), watch::Sender::default());
        let health = Self { reporter, state, reporting: Arc::default() };
        health.reporter.set_service_status(LIVENESS, ServingStatus::Serving).await;
        health.set_ready(false).await;
        health
    }

    /// Says whether the server takes calls.
    pub(crate) async fn set_ready(&self, ready: bool) {
        self.state.send_modify(|state| state.serves = ready);
        self.report().await;
    }

    /// Says whether a store is there. Only its name is told, never where it is.
    pub(crate) async fn set_store(&self, name: &'static str, is_there: bool, without: Without) {
        let mut before = None;
        self.state.send_modify(|state| {
            before = state.stores.insert(name, (is_there, without)).map(|(was_there, _)| was_there);
        });
        if before != Some(is_there) {
            if is_there {
                tracing::info!(store = name, "a store is there");
            } else {
                tracing::warn!(store = name, "a store is missing");
            }
            self.reporter.set_service_status(name, status(is_there)).await;
            self.report().await;
        }
    }

    async fn report(&self) {
        let _turn = self.reporting.lock().await;
        let status = status(self.is_ready());
        self.reporter.set_service_status(READINESS, status).await;
        self.reporter.set_service_status("", status).await;
    }

    /// Whether calls are taken, and can be answered.
    pub fn is_ready(&self) -> bool {
        self.state.borrow().is_ready()
    }

    /// What readiness says in words.
    pub(crate) fn state(&self) -> State {
        self.state.borrow().clone()
    }

    pub(crate) fn reporter(&self) -> HealthReporter {
        self.reporter.clone()
    }
}

impl State {
    pub(crate) fn is_ready(&self) -> bool {
        let can_answer = |(is_there, without): &(bool, Without)| *is_there || *without == Without::GoesOn;
        self.serves && self.stores.values().all(can_answer)
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", if self.is_ready() { "ready" } else { "not ready" })?;
        let missing = self.stores.iter().filter(|(_, (is_there, _))| !is_there);
        missing.map(|(name, _)| name).try_for_each(|name| writeln!(out, "missing: {name}"))
    }
}

fn status(is_well: bool) -> ServingStatus {
    if is_well { ServingStatus::Serving } else { ServingStatus::NotServing }
}
