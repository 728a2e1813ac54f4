//! The load: so many calls in flight, each followed by the next, for a while; the same for every case.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures::future::try_join_all;
use hdrhistogram::Histogram;
use proto::quota::ReserveRequest;
use proto::quota::line_service_client::LineServiceClient;
use tokio::task::JoinSet;
use tonic::Status;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::profile::{Profile, Spent};

/// So many calls share a connection.
const CALLS_PER_CONNECTION: usize = 32;
/// A call has this long.
const DEADLINE: Duration = Duration::from_secs(20);
/// What is not answered is repeated after about this long, where the refusal does not say when.
const REST: Duration = Duration::from_millis(20);

/// Where the calls go, and who makes them.
#[derive(Clone)]
pub(crate) struct Target {
    /// The replicas.
    pub(crate) urls: Vec<String>,
    /// The caller's token.
    pub(crate) token: Option<String>,
    /// The programme.
    pub(crate) programme: String,
    /// From the worker's own union up to the city federation.
    pub(crate) unions: Vec<String>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Calls that were answered.
    pub(crate) calls: u64,
    /// In how long.
    pub(crate) elapsed: Duration,
    /// From sending to answer, in microseconds.
    pub(crate) latency: Histogram<u64>,
    /// Who spent how much processor time on it.
    pub(crate) spent: Spent,
}

impl Measured {
    pub(crate) fn calls_per_s(&self) -> f64 {
        f64::from(u32::try_from(self.calls).unwrap_or(u32::MAX)) / self.elapsed.as_secs_f64()
    }

    /// A quantile of latency, in milliseconds.
    pub(crate) fn quantile_ms(&self, quantile: f64) -> f64 {
        Duration::from_micros(self.latency.value_at_quantile(quantile)).as_secs_f64() * 1_000.0
    }
}

/// Connections to a target.
pub(crate) struct Clients {
    channels: Vec<Channel>,
    token: Option<MetadataValue<Ascii>>,
    target: Target,
}

impl Clients {
    /// Connects, with as many connections as so many calls need.
    pub(crate) async fn connect(target: &Target, in_flight: usize) -> Result<Self> {
        let count = in_flight.div_ceil(CALLS_PER_CONNECTION).max(target.urls.len());
        let connect = |number: usize| async move {
            let url = target.urls[number % target.urls.len()].clone();
            Endpoint::from_shared(url)?.tcp_nodelay(true).connect().await.context("cannot connect")
        };
        let channels = try_join_all((0..count).map(connect)).await?;
        let token = target.token.as_ref().map(|token| format!("Bearer {token}").parse());
        Ok(Self { channels, token: token.transpose()?, target: target.clone() })
    }

    /// One reservation of somebody who has not asked before.
    pub(crate) fn request(&self) -> ReserveRequest {
        let id = || Uuid::now_v7().to_string();
        ReserveRequest {
            operation_id: id(),
            programme_id: self.target.programme.clone(),
            application_id: id(),
            worker_id: id(),
            round_id: "spring".to_owned(),
            union_ids: self.target.unions.clone(),
        }
    }

    /// Sends it once.
    pub(crate) async fn reserve(&self, number: usize, request: ReserveRequest) -> Result<i64, Status> {
        let mut request = tonic::Request::new(request);
        request.set_timeout(DEADLINE);
        if let Some(token) = &self.token {
            request.metadata_mut().insert("authorization", token.clone());
        }
        let channel = self.channels[number % self.channels.len()].clone();
        let answer = LineServiceClient::new(channel).reserve(request).await?;
        Ok(answer.into_inner().place.map_or(0, |place| place.arrival_number))
    }

    /// Sends it until it is answered.
    pub(crate) async fn reserve_until_answered(&self, number: usize) -> Result<i64> {
        let request = self.request();
        for attempt in 0..2_000 {
            match self.reserve(number + attempt, request.clone()).await {
                Ok(arrival) => return Ok(arrival),
                Err(status) if is_repeated(&status) => tokio::time::sleep(rest(&status)).await,
                Err(status) => bail!("refused: {status:?}"),
            }
        }
        bail!("never answered")
    }
}

/// When to send again: when the refusal says, and not all at once.
fn rest(status: &Status) -> Duration {
    let said = status.get_details_retry_info().and_then(|info| info.retry_delay);
    said.unwrap_or(REST).mul_f64(rand::random_range(0.5..1.5))
}

fn is_repeated(status: &Status) -> bool {
    use tonic::Code::{Cancelled, DeadlineExceeded, ResourceExhausted, Unavailable, Unknown};
    matches!(status.code(), Cancelled | DeadlineExceeded | ResourceExhausted | Unavailable | Unknown)
}

/// How long a load lasts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// For so long.
    Elapsed(Duration),
    /// For so many calls.
    Calls(u64),
}

/// Keeps so many calls in flight. None may be refused.
pub(crate) async fn run(clients: &Arc<Clients>, in_flight: usize, until: Until) -> Result<Measured> {
    let profile = Profile::begin()?;
    let begun = Instant::now();
    let (deadline, quota) = match until {
        Until::Elapsed(time) => (Some(begun + time), u64::MAX),
        Until::Calls(calls) => (None, calls / in_flight as u64),
    };
    let mut tasks = JoinSet::new();
    for number in 0..in_flight {
        let clients = Arc::clone(clients);
        tasks.spawn(async move {
            let mut latency = Histogram::<u64>::new(3)?;
            let mut done = 0;
            while done < quota && deadline.is_none_or(|deadline| Instant::now() < deadline) {
                let request = clients.request();
                let sent = Instant::now();
                clients.reserve(number, request).await.context("a call was refused")?;
                latency.record(u64::try_from(sent.elapsed().as_micros())?.max(1))?;
                done += 1;
            }
            anyhow::Ok(latency)
        });
    }
    let mut latency = Histogram::<u64>::new(3)?;
    while let Some(task) = tasks.join_next().await {
        latency.add(task??)?;
    }
    Ok(Measured { calls: latency.len(), elapsed: begun.elapsed(), latency, spent: profile.end()? })
}
