//! Metrics through OpenTelemetry, read by Prometheus.

use std::sync::OnceLock;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::{Encoder, Registry, TextEncoder};

use super::TelemetryError;

static METER: OnceLock<Meter> = OnceLock::new();

/// All that this process measures.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    // Instruments stop when their provider goes.
    _provider: SdkMeterProvider,
}

impl Metrics {
    pub(crate) fn start(service: &'static str) -> Result<Self, TelemetryError> {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone()).build()?;
        let provider = SdkMeterProvider::builder()
            .with_resource(Resource::builder().with_service_name(service).build())
            .with_reader(exporter)
            .build();
        // Only the first counts; a process starts telemetry once.
        let _ = METER.set(provider.meter("yuanmeng"));
        Ok(Self { registry, _provider: provider })
    }

    /// Everything measured so far, in Prometheus' text format.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::warn!(%error, "metrics cannot be written");
        }
        text
    }
}

/// Makes instruments. Before telemetry has started, as in a unit test, they measure nothing.
pub fn meter() -> Meter {
    METER
        .get()
        .cloned()
        .unwrap_or_else(|| opentelemetry::metrics::noop::NoopMeterProvider::new().meter("yuanmeng"))
}
