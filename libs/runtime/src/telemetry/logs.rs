//! Log lines: one JSON object each, with the trace id of the call they belong to in its span.

use std::fmt::{self, Write};

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, FormattedFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::TelemetryError;

/// The broker's client would write every message that comes back into the log, body and all (R-48).
const RETURNED_MESSAGES: &str = "lapin::returned_messages=off";

/// Spans of the libraries underneath are theirs to debug; ours begin with a call or a job.
const TRACED: [&str; 2] = ["runtime", "messaging"];

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
    let spans = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer(service))
        // Each costs at every step of a call. What needs the trace asks the span for it, not the thread.
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_threads(false)
        // Copied for each call, and always the same: where its span begins. What happens in it says so in its log line.
        .with_location(false)
        .with_target(false)
        .with_filter(Targets::new().with_targets(TRACED.map(|ours| (ours, LevelFilter::INFO))));
    Registry::default().with(lines).with(spans).try_init()?;
    Ok(())
}

/// A span's fields as one JSON object, without those that are meant for traces. Each call has a span, and hardly any writes a line:
/// fields are written as they come. As the subscriber does it, they are gathered in a map first, and the object is read again for
/// what is recorded later.
#[derive(Debug)]
struct Fields;

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut object = Object::default();
        fields.record(&mut object);
        writer.write_str(&object.closed())
    }

    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut object = Object::opened(std::mem::take(&mut current.fields));
        fields.record(&mut object);
        current.fields = object.closed();
        Ok(())
    }
}

/// An object that still takes fields: its end is not written yet.
struct Object(String);

impl Default for Object {
    fn default() -> Self {
        // Most need no more.
        let mut text = String::with_capacity(128);
        text.push('{');
        Self(text)
    }
}

impl Object {
    /// One that was closed before.
    fn opened(mut closed: String) -> Self {
        if closed.pop().is_some() { Self(closed) } else { Self::default() }
    }

    fn closed(self) -> String {
        let Self(mut text) = self;
        text.push('}');
        text
    }

    fn put(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let Self(text) = self;
        if text.len() > 1 {
            text.push(',');
        }
        // Into a string, nothing fails.
        let _ = write!(text, "{}:{value}", Text(field.name().trim_start_matches("r#")));
    }
}

impl Visit for Object {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if !is_for_traces(field) {
            self.put(field, format_args!("{}", Text(&format!("{value:?}"))));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if !is_for_traces(field) {
            self.put(field, format_args!("{}", Text(value)));
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // None where it is no number that JSON has.
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

/// How a trace is to show a span: names and kinds, which are texts.
fn is_for_traces(field: &Field) -> bool {
    field.name().starts_with("otel.")
}

/// A text in JSON. Hardly any needs to be escaped.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text) = self;
        if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            write!(to, "\"{text}\"")
        } else {
            write!(to, "{}", serde_json::Value::from(*text))
        }
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
                method = "a \"b\" }\n\u{1b}",
                tries = 3,
                share = 0.5,
                none = f64::NAN,
                is_open = true,
                r#type = ?Some("{"),
                "a \"quoted\" name" = 1_u8,
                trace_id = empty,
                caller = empty
            );
            span.record("trace_id", "0123");
            span.record("caller", tracing::field::display("service:subsidy"));
            span.record("caller", tracing::field::display("worker"));
            span
        });
        let expected = serde_json::json!({
            "name": "call", "method": "a \"b\" }\n\u{1b}", "tries": 3, "share": 0.5, "none": null, "is_open": true,
            "type": "Some(\"{\")", "a \"quoted\" name": 1, "trace_id": "0123", "caller": "worker"
        });
        assert_eq!(span, expected);
    }

    #[test]
    fn a_span_without_fields_gets_them_later() {
        let span = span_of(|| {
            let empty = tracing::field::Empty;
            let span = tracing::info_span!("job", otel.kind = empty, line = empty);
            span.record("otel.kind", "internal");
            span.record("line", "a-2021");
            span
        });
        assert_eq!(span, serde_json::json!({"name": "job", "line": "a-2021"}));
    }
}
