//! How many calls of each kind, how they ended, how long they took, how many are under way.

use std::time::Instant;

use axum::extract::Request;
use axum::response::Response;
use http::Extensions;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, UpDownCounter};
use tonic::{Code, Status};

use crate::telemetry::meter;

/// Where the histogram's buckets end, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];

/// The instruments.
pub(super) struct Calls {
    duration: Histogram<f64>,
    under_way: UpDownCounter<i64>,
}

impl Calls {
    pub(super) fn new() -> Self {
        let duration = meter()
            .f64_histogram("rpc.server.duration")
            .with_description("How long calls took until their answer began, by method and status")
            .with_unit("s")
            .with_boundaries(BUCKETS.to_vec())
            .build();
        let under_way = meter()
            .i64_up_down_counter("rpc.server.under_way")
            .with_description("Calls that have not been answered yet")
            .build();
        Self { duration, under_way }
    }
}

/// Measures a call. A stream counts until its first answer.
pub(super) async fn measure<F>(calls: &Calls, request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let method = KeyValue::new("method", request.uri().path().to_owned());
    let begun = Instant::now();
    let under_way = UnderWay::enter(calls);
    let response = next(request).await;
    drop(under_way);
    let code = KeyValue::new("code", format!("{:?}", code(response.extensions())));
    // A path that no door knows would let a stranger make new time series without end.
    if code.value.as_str() != "Unimplemented" {
        calls.duration.record(begun.elapsed().as_secs_f64(), &[method, code]);
    }
    response
}

fn code(extensions: &Extensions) -> Code {
    extensions.get::<Status>().map_or(Code::Ok, Status::code)
}

/// Counts a call until it is over, also when it is given up.
struct UnderWay<'a>(&'a Calls);

impl<'a> UnderWay<'a> {
    fn enter(calls: &'a Calls) -> Self {
        calls.under_way.add(1, &[]);
        Self(calls)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.add(-1, &[]);
    }
}
