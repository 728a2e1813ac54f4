//! What is measured of calls to neighbours.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram};
use tonic::Code;

/// Where the histogram's buckets end, in seconds; the same as the server's, so that both ends can be compared.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];

/// The instruments.
pub(crate) struct Calls {
    duration: Histogram<f64>,
    repeated: Counter<u64>,
}

impl Calls {
    pub(crate) fn new() -> Self {
        let meter = runtime::telemetry::meter();
        let duration = meter
            .f64_histogram("rpc.client.duration")
            .with_description(
                "How long calls to neighbours took until their answer began, by method and status",
            )
            .with_unit("s")
            .with_boundaries(BUCKETS.to_vec())
            .build();
        let repeated = meter
            .u64_counter("rpc.client.repeated")
            .with_description("Calls that were sent once more, by method")
            .build();
        Self { duration, repeated }
    }

    pub(crate) fn ended(&self, method: &str, code: Code, took: Duration) {
        let labels = [label(method), KeyValue::new("code", format!("{code:?}"))];
        self.duration.record(took.as_secs_f64(), &labels);
    }

    pub(crate) fn repeated(&self, method: &str) {
        self.repeated.add(1, &[label(method)]);
    }
}

fn label(method: &str) -> KeyValue {
    KeyValue::new("method", method.to_owned())
}
