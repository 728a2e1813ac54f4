//! A neighbour whose replicas answer as a test wants.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use channel::{Channel, NeighbourConfig};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

type Answer = Result<HealthCheckResponse, Status>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One replica.
pub struct Replica {
    pub address: SocketAddr,
    pub seen: Seen,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

/// What has been asked of a replica.
#[derive(Clone, Default)]
pub struct Seen {
    calls: Arc<AtomicUsize>,
    headers: Arc<Mutex<Vec<MetadataMap>>>,
}

#[derive(Clone)]
struct Script {
    seen: Seen,
    answer: Arc<dyn Fn(usize) -> Answering + Send + Sync>,
}

impl Replica {
    /// Answers the nth call, counted from 0, as it is told to.
    pub async fn answering<F>(answer: impl Fn(usize) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), answer).await
    }

    pub async fn at<F>(address: SocketAddr, answer: impl Fn(usize) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Seen::default();
        let script = Script { seen: seen.clone(), answer: Arc::new(move |call| Box::pin(answer(call))) };
        let server = Server::builder().add_service(HealthServer::new(script));
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let incoming = TcpListenerStream::new(listener);
            let stopped = async {
                if stopped.await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            server.serve_with_incoming_shutdown(incoming, stopped).await.unwrap();
        });
        Self { address, seen, stop, serving }
    }

    /// Answers every call well.
    pub async fn well() -> Self {
        Self::answering(|_| async { ok() }).await
    }

    pub fn calls(&self) -> usize {
        self.seen.calls.load(Ordering::SeqCst)
    }

    /// Ends it and its connections.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

impl Seen {
    /// A header of each call that has arrived.
    pub fn header(&self, name: &str) -> Vec<Option<String>> {
        let headers = self.headers.lock().unwrap();
        headers.iter().map(|map| Some(map.get(name)?.to_str().unwrap().to_owned())).collect()
    }

    /// The time that each call was given.
    pub fn timeouts_ms(&self) -> Vec<u64> {
        let texts = self.header("grpc-timeout");
        texts.into_iter().map(|text| text.unwrap().strip_suffix('m').unwrap().parse().unwrap()).collect()
    }
}

#[tonic::async_trait]
impl Health for Script {
    type WatchStream = tokio_stream::Pending<Answer>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        self.seen.headers.lock().unwrap().push(request.metadata().clone());
        let call = self.seen.calls.fetch_add(1, Ordering::SeqCst);
        (self.answer)(call).await.map(Response::new)
    }

    /// Begins to answer, and never says anything.
    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(tokio_stream::pending()))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is an answer")]
pub fn ok() -> Answer {
    Ok(HealthCheckResponse { status: 1 })
}

/// An address at which nobody listens.
pub async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap()
}

pub fn config(addresses: impl IntoIterator<Item = SocketAddr>) -> NeighbourConfig {
    let addresses: Vec<String> = addresses.into_iter().map(|address| format!("http://{address}")).collect();
    NeighbourConfig {
        address: addresses.join(",").parse().unwrap(),
        plain: false,
        authority_file: None,
        deadline_ms: 5_000,
        attempts: 4,
        max_calls: 512,
        resolve_interval_ms: 500,
        connect_timeout_ms: 1_000,
        keepalive_interval_s: 10,
        keepalive_timeout_s: 5,
    }
}

pub fn client(config: &NeighbourConfig) -> HealthClient<Channel> {
    HealthClient::new(channel::connect(config, None).unwrap())
}

pub fn question() -> HealthCheckRequest {
    HealthCheckRequest { service: "anything".to_owned() }
}
