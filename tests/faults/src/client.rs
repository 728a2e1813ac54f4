//! How replicas are called: one operation again and again under one id, at one replica after the other, until it is answered.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use proto::quota::line_service_client::LineServiceClient;
use proto::quota::{GetPlaceRequest, MoveRequest, Place, ReleaseRequest, ReserveRequest};
use refusal::Reason;
use stack::Service;
use testkit::{Api, City};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::history::Answer;

/// How long a client goes on sending: well above what a fault lasts, and what a line needs after it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// Connections to each replica.
const CONNECTIONS: usize = 40;
/// A call has this long.
const DEADLINE: Duration = Duration::from_secs(10);
/// What is not answered is repeated after this long, and each time after longer,
const REST: Duration = Duration::from_millis(100);
/// up to this.
const LONGEST_REST: Duration = Duration::from_secs(2);

/// An operation as it is sent.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Reserve(ReserveRequest),
    Release(ReleaseRequest),
    Move(MoveRequest),
}

/// What came of an operation.
pub(crate) struct Outcome {
    pub(crate) sent: Instant,
    pub(crate) answered: Instant,
    pub(crate) times: u32,
    /// When it was told that the round is not open: sent and answered.
    pub(crate) too_early: Vec<(Instant, Instant)>,
    pub(crate) answer: Result<Answer, Status>,
}

/// Connections to all replicas of quota, as subsidy has them.
#[derive(Clone)]
pub struct Client {
    /// For single calls.
    pub(crate) api: Api,
    /// Connections, replica by replica.
    replicas: Vec<Vec<Channel>>,
    token: MetadataValue<Ascii>,
}

impl Client {
    /// Connects to a city's replicas when they are first called.
    pub fn of(city: &City) -> Result<Self> {
        let token = city.service_token("subsidy");
        let mut replicas = Vec::new();
        for (service, _, url) in city.stack.instances()? {
            if service == Service::Quota {
                let connect = |_| anyhow::Ok(Endpoint::from_shared(url.clone())?.connect_lazy());
                replicas.push((0..CONNECTIONS).map(connect).collect::<Result<Vec<_>>>()?);
            }
        }
        Ok(Self { api: city.service("subsidy"), replicas, token: format!("Bearer {token}").parse()? })
    }

    /// Sends it until it is answered, first at this replica, and until its round is open.
    pub(crate) async fn until_answered(&self, operation: &Operation, first: usize) -> Outcome {
        let (sent, mut rest, mut too_early) = (Instant::now(), REST, Vec::new());
        for times in 1.. {
            let (sent_last, replica) = (Instant::now(), first + times as usize - 1);
            let answer = match self.send(operation, replica).await {
                Ok(place) => Ok(Answer::Place(place)),
                Err(status) => {
                    let reason = refusal::of(&status);
                    if reason == Some(Reason::RoundNotOpen) {
                        too_early.push((sent_last, Instant::now()));
                    }
                    match reason {
                        _ if is_repeated(&status, reason) && sent.elapsed() < PATIENCE => {
                            // Not all at once again.
                            tokio::time::sleep(rest.mul_f64(rand::random_range(0.5..1.5))).await;
                            rest = (rest * 2).min(LONGEST_REST);
                            continue;
                        }
                        Some(reason) if !is_repeated(&status, Some(reason)) => Ok(Answer::Refused(reason)),
                        _ => Err(status),
                    }
                }
            };
            return Outcome { sent, answered: Instant::now(), times, too_early, answer };
        }
        unreachable!("a client's patience ends before it has counted so far")
    }

    /// Sends it once, and hangs up after a while; tells whether it had to. What it is told before that, nobody hears.
    pub(crate) async fn hang_up(&self, operation: &Operation, replica: usize, after: Duration) -> bool {
        tokio::time::timeout(after, self.send(operation, replica)).await.is_err()
    }

    /// A place as a replica tells it: that there is none, or nothing where it does not tell.
    pub(crate) async fn place(
        &self,
        programme: &str,
        application: &str,
        replica: usize,
    ) -> Option<Option<Place>> {
        let asked =
            GetPlaceRequest { programme_id: programme.to_owned(), application_id: application.to_owned() };
        match self.line(replica).get_place(self.request(asked)).await {
            Ok(answer) => Some(answer.into_inner().place),
            Err(status) => (refusal::of(&status) == Some(Reason::NotFound)).then_some(None),
        }
    }

    async fn send(&self, operation: &Operation, replica: usize) -> Result<Place, Status> {
        let mut lines = self.line(replica);
        let place = match operation.clone() {
            Operation::Reserve(asked) => lines.reserve(self.request(asked)).await?.into_inner().place,
            Operation::Release(asked) => lines.release(self.request(asked)).await?.into_inner().place,
            Operation::Move(asked) => lines.r#move(self.request(asked)).await?.into_inner().place,
        };
        place.context("an answer without a place").map_err(|error| Status::data_loss(error.to_string()))
    }

    fn line(&self, replica: usize) -> LineServiceClient<Channel> {
        let connections = &self.replicas[replica % self.replicas.len()];
        let chosen = rand::random_range(0..connections.len());
        LineServiceClient::new(connections[chosen].clone())
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(DEADLINE);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }
}

/// Whether an answer tells nothing of the outcome, or that it is too early.
fn is_repeated(status: &Status, reason: Option<Reason>) -> bool {
    match reason {
        Some(reason) => {
            matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded)
                || matches!(reason, Reason::Overloaded | Reason::RoundNotOpen)
        }
        // No service said it: the connection broke with the replica at its other end. A stream that a replica which ends did
        // not take any more is INTERNAL to tonic.
        None => status.code() != Code::DataLoss,
    }
}
