//! A span for each call, part of the caller's trace; its trace id stands in every log line of the call.

use axum::extract::Request;
use axum::response::Response;
use tracing::{Instrument, field};

use crate::telemetry::{continue_trace, trace_id};

/// So much of a path is told, in bytes.
const MAX_PATH: usize = 200;

/// Opens the span.
pub(super) async fn span<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let path = told(request.uri().path());
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

/// What is told of a path. Nobody's is so long as to be cut; a stranger's may be, and stands in each of the call's lines.
fn told(path: &str) -> &str {
    &path[..path.floor_char_boundary(MAX_PATH)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_cut_wherever_its_letters_end() {
        let ours = "/yuanmeng.quota.v1.LineService/Reserve";
        assert_eq!(told(ours), ours);
        for letter in ["a", "é", "圆", "🎓"] {
            for before in 0..letter.len() {
                let long = format!("/{}{}", "a".repeat(before), letter.repeat(MAX_PATH));
                let told = told(&long);
                assert!(long.starts_with(told) && told.len() <= MAX_PATH, "{letter} after {before}");
                assert!(
                    told.len() > MAX_PATH - letter.len(),
                    "{letter} after {before}: no more than one letter is cut"
                );
            }
        }
    }
}
