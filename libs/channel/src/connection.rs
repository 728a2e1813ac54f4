//! The channel that generated clients are built on.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use rand::RngExt;
use tonic::Status;
use tonic::body::Body;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tower::{Service, ServiceExt};

use crate::balance::Replicas;
use crate::dress::dress;
use crate::replica::Replica;
use crate::{NeighbourConfig, TokenFile};

/// The pause before a call is sent again, times two with each, and half of it by chance.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// gRPC's number for UNAVAILABLE.
const UNAVAILABLE: &str = "14";

/// Why a neighbour's configuration does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not `http://host:port` or `https://host:port`.
    #[error("{0:?} is no address of a neighbour: http://host:port is")]
    Address(String),
    /// `https` needs the authority to check with.
    #[error("https needs authority_file")]
    NoAuthority,
    /// The authority's file cannot be read.
    #[error("authority_file cannot be read")]
    Authority(#[from] std::io::Error),
}

/// A connection to all replicas of a neighbour. Cheap to clone.
#[derive(Clone)]
pub struct Channel(Arc<Shared>);

struct Shared {
    replicas: Replicas,
    names: Vec<String>,
    endpoint: Endpoint,
    token: Option<TokenFile>,
    deadline: Duration,
    attempts: u32,
}

/// Connects to a neighbour, with our own token if there is one. Connections are made when they are needed; names are
/// resolved now and again for as long as the channel lives. Must be called inside the runtime.
pub fn connect(config: &NeighbourConfig, token: Option<TokenFile>) -> Result<Channel, ConnectError> {
    let names =
        config.address.split(',').map(|address| host_and_port(address.trim())).collect::<Result<_, _>>()?;
    let shared = Arc::new(Shared {
        replicas: Replicas::default(),
        names,
        endpoint: endpoint(config)?,
        token,
        deadline: Duration::from_millis(config.deadline_ms),
        attempts: config.attempts.max(1),
    });
    tokio::spawn(resolve_again(Arc::downgrade(&shared), Duration::from_millis(config.resolve_interval_ms)));
    Ok(Channel(shared))
}

fn host_and_port(address: &str) -> Result<String, ConnectError> {
    let wrong = || ConnectError::Address(address.to_owned());
    let uri: http::Uri = address.parse().map_err(|_| wrong())?;
    let authority = uri.authority().filter(|authority| authority.port().is_some()).ok_or_else(wrong)?;
    Ok(authority.to_string())
}

/// What all replicas' connections have alike; the address is each one's own.
fn endpoint(config: &NeighbourConfig) -> Result<Endpoint, ConnectError> {
    let wrong = |_| ConnectError::Address(config.address.clone());
    let first = config.address.split(',').next().unwrap_or_default().trim().to_owned();
    let encrypted = first.starts_with("https://");
    let endpoint = Endpoint::from_shared(first)
        .map_err(wrong)?
        .connect_timeout(Duration::from_millis(config.connect_timeout_ms))
        .tcp_nodelay(true)
        .http2_keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    match (encrypted, &config.authority_file) {
        (false, _) => Ok(endpoint),
        (true, None) => Err(ConnectError::NoAuthority),
        (true, Some(file)) => {
            let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(std::fs::read(file)?));
            endpoint.tls_config(tls).map_err(wrong)
        }
    }
}

/// Ends with the channel.
async fn resolve_again(shared: Weak<Shared>, interval: Duration) {
    loop {
        tokio::time::sleep(interval).await;
        match shared.upgrade() {
            Some(shared) => shared.resolve().await,
            None => return,
        }
    }
}

impl Shared {
    async fn resolve(&self) {
        let mut addresses = Vec::new();
        for name in &self.names {
            match tokio::net::lookup_host(name).await {
                Ok(found) => addresses.extend(found),
                // Better the replicas known so far than none.
                Err(error) => return tracing::warn!(%error, name, "a neighbour's name does not resolve"),
            }
        }
        self.replicas.update(&addresses, |address| self.replica(address));
    }

    fn replica(&self, address: SocketAddr) -> Option<Replica> {
        let scheme = self.endpoint.uri().scheme_str().unwrap_or("http");
        let uri: http::Uri = format!("{scheme}://{address}").parse().ok()?;
        // The origin keeps the name, which the certificate is checked with.
        let endpoint = self.endpoint.clone();
        let origin = endpoint.uri().clone();
        let channel = Endpoint::from(uri)
            .connect_timeout(Duration::from_secs(1))
            .origin(origin)
            .tcp_nodelay(true)
            .connect_lazy();
        Some(Replica::new(address, channel))
    }

    async fn choose(&self) -> Option<Arc<Replica>> {
        if let Some(replica) = self.replicas.choose() {
            return Some(replica);
        }
        self.resolve().await;
        self.replicas.choose()
    }

    /// Sends a call until it is answered otherwise than by UNAVAILABLE, its attempts are used up, or its time is over.
    async fn call(&self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let ends = Instant::now()
            + runtime::deadline::remaining().map_or(self.deadline, |left| left.min(self.deadline));
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let left = ends.saturating_duration_since(Instant::now());
            let outcome = tokio::time::timeout(left, self.attempt(&parts, body.clone(), left)).await;
            let outcome =
                outcome.unwrap_or_else(|_| Err(Status::deadline_exceeded("the neighbour took too long")));
            pause *= 2;
            let rest = pause.mul_f64(rand::rng().random_range(0.5..1.0));
            if attempt >= self.attempts || !unavailable(&outcome) || left <= rest {
                return outcome;
            }
            tokio::time::sleep(rest).await;
        }
        Err(Status::unavailable("no attempt was made"))
    }

    async fn attempt(
        &self,
        parts: &http::request::Parts,
        body: Bytes,
        left: Duration,
    ) -> Result<Response<Body>, Status> {
        let replica = self.choose().await.ok_or_else(|| Status::unavailable("no replica is known"))?;
        let mut request = Request::from_parts(parts.clone(), Body::new(Full::new(body)));
        dress(&mut request, self.token.as_ref(), left);
        let _under_way = replica.enter();
        let outcome = replica
            .channel
            .clone()
            .oneshot(request)
            .await
            .map_err(|error| Status::unavailable(error.to_string()));
        if unavailable(&outcome) {
            replica.failed();
        } else {
            replica.succeeded();
        }
        outcome
    }
}

fn unavailable(outcome: &Result<Response<Body>, Status>) -> bool {
    match outcome {
        Ok(response) => response.headers().get("grpc-status").is_some_and(|status| status == UNAVAILABLE),
        Err(status) => status.code() == tonic::Code::Unavailable,
    }
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let shared = self.0.clone();
        Box::pin(async move { shared.call(request).await })
    }
}
