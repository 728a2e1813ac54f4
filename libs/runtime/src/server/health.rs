//! Whether the process is alive, and whether it takes calls: told by gRPC and, beside the metrics, by HTTP.

use tokio::sync::watch;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// The service names that probes ask for; the empty name means readiness.
const LIVENESS: &str = "liveness";
const READINESS: &str = "readiness";

/// Where health is told.
#[derive(Clone)]
pub struct Health {
    reporter: HealthReporter,
    ready: watch::Sender<bool>,
}

impl Health {
    /// Alive, and not ready yet. tonic-health would call the empty name serving from the start.
    pub(crate) async fn new() -> Self {
        let health = Self { reporter: HealthReporter::new(), ready: watch::Sender::new(false) };
        health.reporter.set_service_status(LIVENESS, ServingStatus::Serving).await;
        health.set_ready(false).await;
        health
    }

    /// Says whether calls are taken.
    pub(crate) async fn set_ready(&self, ready: bool) {
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        self.reporter.set_service_status(READINESS, status).await;
        self.reporter.set_service_status("", status).await;
        self.ready.send_replace(ready);
    }

    /// Whether calls are taken.
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    pub(crate) fn reporter(&self) -> HealthReporter {
        self.reporter.clone()
    }
}
