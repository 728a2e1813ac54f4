//! What a service tells of itself: logs in JSON, traces by OTLP, metrics for Prometheus.

mod logs;
mod metrics;
mod traces;

pub use metrics::{Metrics, meter};
pub(crate) use traces::trace_id;
pub use traces::{continue_trace, propagation_headers};

use opentelemetry_sdk::trace::SdkTracerProvider;

crate::settings! {
    /// Logs, traces and metrics. Traces go where `OTEL_EXPORTER_OTLP_ENDPOINT` points, if it is set; the other `OTEL_*` variables
    /// mean what they mean everywhere.
    pub struct TelemetryConfig {
        /// Which log lines are written: `info`, or directives such as `info,sqlx=warn`.
        log: String = "info".to_owned(),
        /// Where `/metrics`, `/livez` and `/readyz` are served.
        metrics_address: std::net::SocketAddr [required],
    }
}

/// Telemetry that works until it is dropped, and is sent off then.
pub(crate) struct Telemetry {
    pub(crate) metrics: Metrics,
    traces: SdkTracerProvider,
}

/// Why telemetry does not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log directives cannot be read.
    #[error("`telemetry.log` is no list of log directives")]
    Directives(#[from] tracing_subscriber::filter::ParseError),
    /// A second subscriber in one process.
    #[error("logging was started before")]
    Started(#[from] tracing_subscriber::util::TryInitError),
    /// The exporter of traces cannot be made.
    #[error("the exporter of traces does not start")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The exporter of metrics cannot be made.
    #[error("the exporter of metrics does not start")]
    Metrics(#[from] opentelemetry_sdk::error::OTelSdkError),
}

/// Starts all three.
pub(crate) fn start(config: &TelemetryConfig, service: &'static str) -> Result<Telemetry, TelemetryError> {
    let traces = traces::start(service)?;
    logs::start(&config.log, &traces, service)?;
    Ok(Telemetry { metrics: Metrics::start(service)?, traces })
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        // What cannot be sent any more is lost; there is nobody left to tell.
        let _ = self.traces.shutdown();
    }
}
