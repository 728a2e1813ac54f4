//! A span for each call, part of the caller's trace; its trace id stands in every log line of the call.

use axum::extract::Request;
use axum::response::Response;
use tracing::{Instrument, field};

use crate::telemetry::{continue_trace, trace_id};

/// So much of a path is told.
const MAX_PATH: usize = 200;

/// Opens the span.
pub(super) async fn span<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let path = request.uri().path();
    // Nobody's path is so long; a stranger's may be, and stands in each of the call's lines.
    let path = path.get(..MAX_PATH).unwrap_or(path);
    let span = tracing::info_span!(
        "call",
        otel.name = path.trim_start_matches('/'),
        otel.kind = "server",
        method = path,
        trace_id = field::Empty,
        caller = field::Empty,
    );
    continue_trace(&span, request.headers());
    span.record("trace_id", trace_id(&span));
    // Inside, also what is done before the answer is waited for.
    async { next(request).await }.instrument(span).await
}
