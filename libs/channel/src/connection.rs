//! The channel that generated clients are built on, and the way of one call.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{HeaderMap, Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Service, ServiceExt};

use crate::TokenFile;
use crate::answer::Answer;
use crate::balance::pick;
use crate::budget::{Budget, pause};
use crate::config::{ConnectError, NeighbourConfig};
use crate::failure::{Lost, NotSent, too_late, unavailable};
use crate::headers;
use crate::measure::Calls;
use crate::payload::Payload;
use crate::resolve::{Replica, Replicas};

/// A replica that was given less time than this is not to blame for being late.
const TIME_ENOUGH: Duration = Duration::from_millis(500);

/// Connects to a neighbour, with our own token if there is one. Connections are made when they are needed: a neighbour may
/// start later, or again. Must be called inside the tokio runtime.
pub fn connect(config: &NeighbourConfig, token: Option<TokenFile>) -> Result<Channel, ConnectError> {
    Ok(Channel(Arc::new(Neighbour {
        replicas: Replicas::of(config)?,
        token,
        deadline: Duration::from_millis(config.deadline_ms),
        connect_timeout: config.connect_timeout(),
        attempts: config.attempts.max(1),
        places: Arc::new(Semaphore::new(config.max_calls.clamp(1, Semaphore::MAX_PERMITS))),
        budget: Budget::full(),
        calls: Calls::new(),
    })))
}

/// A connection to all replicas of a neighbour. Clones share connections and limits. Generated clients take it as it is.
#[derive(Clone)]
pub struct Channel(Arc<Neighbour>);

struct Neighbour {
    replicas: Replicas,
    token: Option<TokenFile>,
    deadline: Duration,
    connect_timeout: Duration,
    attempts: u32,
    places: Arc<Semaphore>,
    budget: Budget,
    calls: Calls,
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    /// Always: what a call has to wait for, it waits for within its deadline.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let neighbour = Arc::clone(&self.0);
        // Asked here, in the caller's task.
        let time = neighbour.time_for(request.headers());
        Box::pin(async move { neighbour.ask(request, time).await })
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl Neighbour {
    /// What the call says, or else what is usual; never more than is left to the call that it is made for.
    fn time_for(&self, headers: &HeaderMap) -> Duration {
        let time = headers::asked_for(headers).unwrap_or(self.deadline).min(headers::LONGEST);
        runtime::deadline::remaining().map_or(time, |left| time.min(left))
    }

    async fn ask(&self, request: Request<Body>, time: Duration) -> Result<Response<Body>, Status> {
        let method = request.uri().path().to_owned();
        let begun = Instant::now();
        let ends = begun + time;
        let asked = timeout_at(ends.into(), self.send(request, ends)).await;
        let outcome = asked.unwrap_or_else(|_| Err(too_late()));
        self.calls.ended(&method, code(&outcome), begun.elapsed());
        outcome
    }

    /// Sends it until there is an answer, or another attempt cannot help or has no time. See the crate for why that is safe.
    async fn send(&self, request: Request<Body>, ends: Instant) -> Result<Response<Body>, Status> {
        let (head, body) = request.into_parts();
        let mut payload = Payload::read(body);
        let mut tried = None;
        let mut attempt = 1;
        loop {
            let replica = self.replica(&head, tried.as_ref()).await?;
            let outcome = self.attempt(&replica, &head, payload.next(), ends).await;

            let pause = pause(attempt);
            let in_time = Instant::now() + pause < ends;
            let repeatable = may_help(&outcome) && payload.is_kept() && attempt < self.attempts && in_time;
            if !repeatable || !self.budget.spend() {
                return outcome;
            }
            self.calls.repeated(head.uri.path());
            tokio::time::sleep(pause).await;
            tried = Some(replica);
            attempt += 1;
        }
    }

    async fn replica(&self, head: &Parts, tried: Option<&Replica>) -> Result<Replica, Status> {
        let replicas = tokio::time::timeout(self.connect_timeout, self.replicas.some()).await;
        let replicas = replicas.unwrap_or_else(|_| Arc::from([]));
        let replica = pick(&replicas, tried, Instant::now()).cloned();
        replica.ok_or_else(|| unavailable(not_sent(head, "its name is not resolved")))
    }

    /// One attempt, and what it tells of the replica.
    async fn attempt(
        &self,
        replica: &Replica,
        head: &Parts,
        body: Body,
        ends: Instant,
    ) -> Result<Response<Body>, Status> {
        let place = self.place().await?;
        let outstanding = replica.enter();
        let left = ends.saturating_duration_since(Instant::now());
        let request = self.request(head, body, left);
        match timeout_at(ends.into(), replica.transport.clone().oneshot(request)).await {
            Ok(Ok(response)) => {
                self.judge(replica, &response);
                Ok(response.map(|body| Body::new(Answer::new(body, ends, outstanding, place))))
            }
            Ok(Err(error)) if !is_too_late(&error) => {
                replica.failed(Instant::now());
                self.replicas.doubt();
                Err(broken(head, &error))
            }
            Ok(Err(_)) | Err(_) => {
                if left >= TIME_ENOUGH {
                    replica.was_late(Instant::now());
                }
                Err(too_late())
            }
        }
    }

    fn judge(&self, replica: &Replica, response: &Response<Body>) {
        if is_unavailable(response) {
            replica.failed(Instant::now());
        } else {
            replica.answered();
            self.budget.earn();
        }
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, Status> {
        // It is never closed.
        Arc::clone(&self.places).acquire_owned().await.map_err(|_| too_late())
    }

    fn request(&self, head: &Parts, body: Body, left: Duration) -> Request<Body> {
        let mut request = Request::from_parts(head.clone(), body);
        headers::write(request.headers_mut(), left, self.token.as_ref());
        request
    }
}

/// Whether another attempt can bring an answer: none came, or the answer is that none can be given now.
fn may_help(outcome: &Result<Response<Body>, Status>) -> bool {
    match outcome {
        Ok(response) => is_unavailable(response),
        Err(status) => status.code() == Code::Unavailable,
    }
}

fn is_unavailable(response: &Response<Body>) -> bool {
    Status::from_header_map(response.headers()).is_some_and(|status| status.code() == Code::Unavailable)
}

fn code(outcome: &Result<Response<Body>, Status>) -> Code {
    match outcome {
        Ok(response) => Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
        Err(status) => status.code(),
    }
}

fn not_sent(head: &Parts, why: &str) -> NotSent {
    NotSent { method: head.uri.path().to_owned(), why: why.to_owned() }
}

fn causes(error: &tonic::transport::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

/// The transport reads `grpc-timeout` as well, and may be a moment before us.
fn is_too_late(error: &tonic::transport::Error) -> bool {
    causes(error).any(<dyn Error>::is::<tonic::TimeoutExpired>)
}

/// What the transport's error means: without a connection nothing was sent; with one, who knows.
fn broken(head: &Parts, error: &tonic::transport::Error) -> Status {
    let why = causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
    if causes(error).any(<dyn Error>::is::<tonic::ConnectError>) {
        unavailable(not_sent(head, &why))
    } else {
        unavailable(Lost { method: head.uri.path().to_owned(), why })
    }
}
