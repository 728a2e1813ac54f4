//! What every call passes on its way to authentication and the doors.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tower::{Layer, Service};

use super::ServerConfig;
use super::deadline::{Deadlines, deadline};
use super::limits::{name_the_message, shed, unpanicked};
use super::measure::{Calls, measure};
use super::trace::span;

/// The layer. One for all that a call passes: as layers of their own, each would be boxed for each call, and with it a clone of all
/// that are below it.
#[derive(Clone)]
pub(super) struct Outside(Arc<Shared>);

struct Shared {
    calls: Calls,
    places: Semaphore,
    deadlines: Deadlines,
}

impl Outside {
    pub(super) fn new(config: &ServerConfig) -> Self {
        let deadlines = Deadlines {
            default: Duration::from_millis(config.default_deadline_ms),
            max: Duration::from_millis(config.max_deadline_ms),
        };
        let places = Semaphore::new(config.max_calls);
        Self(Arc::new(Shared { calls: Calls::new(), places, deadlines }))
    }
}

impl Shared {
    /// From the last line up: from the outermost to what is nearest to the door.
    async fn pass<F>(&self, request: Request, door: impl FnOnce(Request) -> F) -> Response
    where
        F: Future<Output = Response>,
    {
        let named = |request| name_the_message(door(request));
        let in_time = |request| deadline(self.deadlines, request, named);
        // Inside the measure, so that a panic is counted as the INTERNAL that it becomes.
        let unpanicked = |request| unpanicked(in_time(request));
        // Outside authentication: a flood of bad tokens is shed too.
        let admitted = |request| shed(&self.places, request, unpanicked);
        let measured = |request| measure(&self.calls, request, admitted);
        span(request, measured).await
    }
}

impl<S> Layer<S> for Outside {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Guarded { inner, outside: self.clone() }
    }
}

/// A service behind the layer.
#[derive(Clone)]
pub(super) struct Guarded<S> {
    inner: S,
    outside: Outside,
}

impl<S> Service<Request> for Guarded<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The clone stays behind, not yet ready; the one that was polled ready takes the call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let Outside(outside) = self.outside.clone();
        Box::pin(async move {
            // The future of each layer has room for what it waits for more than once: as it is, the door's would double with each.
            let door = |request| {
                Box::pin(async move {
                    let Ok(response) = inner.call(request).await;
                    response.into_response()
                })
            };
            Ok(outside.pass(request, door).await)
        })
    }
}
