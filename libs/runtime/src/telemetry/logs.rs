//! Log lines: one JSON object each, with the trace id of the call they belong to in its span.

use std::fmt::{self, Write};

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
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
        .fmt_fields(Fields)
        .with_filter(EnvFilter::try_new(directives)?.add_directive(RETURNED_MESSAGES.parse()?));
    // Spans of the libraries underneath are theirs to debug; ours begin with a call or a job.
    let spans = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(service))
        // Each costs at every step of a call. What needs the trace asks the span for it, not the thread.
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_threads(false)
        // Where in the source a call's span begins is the same for every call.
        .with_location(false)
        .with_target(false)
        .with_filter(EnvFilter::try_new("off,runtime=info,messaging=info")?);
    Registry::default().with(lines).with(spans).try_init()?;
    Ok(())
}

/// A span's fields as one JSON object, without those that are meant for traces. Each call has a span, and hardly any writes a line:
/// fields are written as they come. As the subscriber does it, they are gathered in a map first, and the object is read again for
/// what is recorded later.
#[derive(Debug, Default)]
struct Fields;

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut object = Object { text: String::with_capacity(128) };
        fields.record(&mut object);
        write!(writer, "{{{}}}", object.text)
    }

    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let written = &mut current.fields;
        // Open it again: it ends in a brace.
        written.pop();
        let text = if written.is_empty() { "{".to_owned() } else { std::mem::take(written) };
        let mut object = Object { text };
        fields.record(&mut object);
        object.text.push('}');
        *written = object.text;
        Ok(())
    }
}

/// The inside of an object.
struct Object {
    text: String,
}

impl Object {
    fn put(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if !self.text.is_empty() && !self.text.ends_with('{') {
            self.text.push(',');
        }
        // A name is one of ours: nothing in it needs to be escaped. Into a string, nothing fails.
        let _ = write!(self.text, "\"{}\":{value}", field.name());
    }
}

impl Visit for Object {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name().starts_with("otel.") {
            return;
        }
        if value.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            return self.put(field, format_args!("\"{value}\""));
        }
        self.put(field, format_args!("{}", serde_json::Value::from(value)));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, format_args!("{}", serde_json::Value::from(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, format_args!("{value}"));
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
        let layer =
            tracing_subscriber::fmt::layer().json().fmt_fields(Fields).with_writer(move || writer.clone());
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
            let span = tracing::info_span!(
                "call",
                otel.name = "a trace's own",
                method = "a \"b\" }",
                tries = 3,
                is_open = true,
                trace_id = empty,
                caller = empty
            );
            span.record("trace_id", "0123");
            span.record("caller", tracing::field::display("service:subsidy"));
            span
        });
        let expected = serde_json::json!({
            "name": "call", "method": "a \"b\" }", "tries": 3, "is_open": true, "trace_id": "0123", "caller": "service:subsidy"
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
