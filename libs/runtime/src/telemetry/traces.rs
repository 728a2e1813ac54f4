//! Traces: W3C trace context in and out; exported by OTLP only where an endpoint is named.

use std::collections::HashMap;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::TelemetryError;

/// The variable that names where traces go.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

pub(super) fn start(service: &'static str) -> Result<SdkTracerProvider, TelemetryError> {
    let provider =
        SdkTracerProvider::builder().with_resource(Resource::builder().with_service_name(service).build());
    Ok(match std::env::var_os(ENDPOINT) {
        Some(_) => provider.with_batch_exporter(SpanExporter::builder().with_tonic().build()?).build(),
        None => provider.build(),
    })
}

/// Makes a span go on with the trace that a caller's headers name.
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    // Without a layer for traces there is no trace to go on with.
    let _ = span.set_parent(parent);
}

/// The trace that a span belongs to, as 32 hexadecimal digits.
pub(crate) fn trace_id(span: &Span) -> String {
    span.context().span().span_context().trace_id().to_string()
}

/// The headers that carry the current span's trace on: `traceparent`, and `tracestate` where there is one.
pub fn propagation_headers() -> HashMap<String, String> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut headers);
    headers
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
