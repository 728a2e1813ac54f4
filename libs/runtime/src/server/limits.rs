//! Calls at once have a limit, a panic ends one call only, and a message too large is refused like anything else.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use futures::FutureExt;
use refusal::{Reason, Refusal};
use tokio::sync::Semaphore;
use tonic::{Code, Status};

/// After what time a refused call may be repeated.
const RETRY_IN: Duration = Duration::from_secs(1);

/// The largest message that is taken or sent, in bytes. tonic refuses a larger one while it is read.
pub const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// Refuses a call when as many as can be served are under way.
pub(super) async fn shed<F>(places: &Semaphore, request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    match places.try_acquire() {
        Ok(_place) => next(request).await,
        Err(_) => Status::from(Refusal::new(Reason::Overloaded).retry_in(RETRY_IN)).into_http(),
    }
}

/// How prost begins what it says of bytes that are no message.
const UNREADABLE: &str = "failed to decode Protobuf message";

/// tonic says `OUT_OF_RANGE` of a message beyond its limit and `INTERNAL` of one that cannot be read, both without
/// details: said as every refusal is.
pub(super) async fn name_the_message(answer: impl Future<Output = Response>) -> Response {
    let response = answer.await;
    let status = response.extensions().get::<Status>().filter(|status| status.details().is_empty());
    match status.map(|status| (status.code(), status.message())) {
        Some((Code::OutOfRange, _)) => {
            let refusal = Refusal::new(Reason::MessageTooLarge).with("max_bytes", MAX_MESSAGE_BYTES);
            Status::from(refusal).into_http()
        }
        Some((Code::Internal, text)) if text.starts_with(UNREADABLE) => {
            Status::from(Refusal::new(Reason::MessageMalformed)).into_http()
        }
        _ => response,
    }
}

/// Answers INTERNAL for a call that panicked; the panic itself is in the log.
pub(super) async fn unpanicked(answer: impl Future<Output = Response>) -> Response {
    // Nothing of the call is looked at after it has panicked.
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|cause| panicked(cause.as_ref()))
}

fn panicked(cause: &(dyn Any + Send)) -> Response {
    #[derive(Debug, thiserror::Error)]
    #[error("a call panicked: {0}")]
    struct Panicked(String);

    let what = cause
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "of unknown kind".to_owned());
    refusal::internal(&Panicked(what)).into_http()
}
