//! Log lines: one JSON object each, with the trace id of the call they belong to in its span.

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::TelemetryError;

/// The broker's client would write every message that comes back into the log, body and all.
const RETURNED_MESSAGES: &str = "lapin::returned_messages=off";

/// Writes lines that pass the filter to standard output.
pub(super) fn start(
    directives: &str,
    traces: &SdkTracerProvider,
    service: &'static str,
) -> Result<(), TelemetryError> {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_filter(EnvFilter::try_new(directives)?.add_directive(RETURNED_MESSAGES.parse()?));
    // Spans of the libraries underneath are theirs to debug; ours begin with a call or a job.
    let spans = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(service))
        .with_filter(EnvFilter::try_new("off,runtime=info,messaging=info")?);
    Registry::default().with(lines).with(spans).try_init()?;
    Ok(())
}
