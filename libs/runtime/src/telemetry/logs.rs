//! Log lines: one JSON object each, with the trace id of the call they belong to in its span.

use std::fmt;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::{FormatFields, FormattedFields};
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
        .fmt_fields(Fields::default())
        .with_filter(EnvFilter::try_new(directives)?.add_directive(RETURNED_MESSAGES.parse()?));
    // Spans of the libraries underneath are theirs to debug; ours begin with a call or a job.
    let spans = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(service))
        // Each costs at every step of a call. What needs the trace asks the span for it, not the thread.
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_threads(false)
        .with_filter(EnvFilter::try_new("off,runtime=info,messaging=info")?);
    Registry::default().with(lines).with(spans).try_init()?;
    Ok(())
}

/// A span's fields as one JSON object. What is recorded later is put at its end: as it comes, the subscriber would read the
/// object again for that, twice in each call.
#[derive(Debug, Default)]
struct Fields(JsonFields);

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        self.0.format_fields(writer, fields)
    }

    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut later = FormattedFields::<JsonFields>::new(String::new());
        self.0.format_fields(later.as_writer(), fields)?;
        let written = &mut current.fields;
        match (written.strip_suffix('}').map(str::len), later.fields.strip_prefix('{')) {
            // Neither is an object without fields.
            (Some(end), Some(rest)) if end > 1 && rest.len() > 1 => {
                written.truncate(end);
                written.push(',');
                written.push_str(rest);
            }
            _ if written.len() <= "{}".len() => *written = later.fields,
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What a line says of its span.
    fn span_of(make: impl FnOnce() -> tracing::Span) -> serde_json::Value {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer()
            .json()
            .fmt_fields(Fields::default())
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(Registry::default().with(layer), || {
            make().in_scope(|| tracing::info!("a line"));
        });
        let text = lines.0.lock().unwrap().clone();
        let mut line: serde_json::Value = serde_json::from_slice(&text).unwrap();
        line["span"].take()
    }

    #[test]
    fn what_is_recorded_later_stands_in_the_same_object() {
        let span = span_of(|| {
            let empty = tracing::field::Empty;
            let span = tracing::info_span!("call", method = "a \"b\" }", trace_id = empty, caller = empty);
            span.record("trace_id", "0123");
            span.record("caller", tracing::field::display("service:subsidy"));
            span
        });
        let expected = serde_json::json!({
            "name": "call", "method": "a \"b\" }", "trace_id": "0123", "caller": "service:subsidy"
        });
        assert_eq!(span, expected);
    }

    #[test]
    fn a_span_without_fields_gets_them_later() {
        let span = span_of(|| {
            let span = tracing::info_span!("job", line = tracing::field::Empty);
            span.record("line", "a-2021");
            span
        });
        assert_eq!(span, serde_json::json!({"name": "job", "line": "a-2021"}));
    }
}
