//! `/metrics`, `/livez`, `/readyz` and gRPC's health service on a port of their own, which is never encrypted: Kubernetes'
//! gRPC probes know no TLS.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::HealthService;

use crate::server::{Health, accept};
use crate::telemetry::Metrics;

/// Connections at once: the kubelet, who collects metrics, and somebody who looks.
const MAX_CONNECTIONS: usize = 64;

/// How long a new connection may say nothing: less than any probe waits, since a probe may be waiting for its place.
const FIRST_BYTE: Duration = Duration::from_millis(500);

/// Calls at once on one connection.
const MAX_STREAMS: u32 = 16;

/// After this time a connection is ended, and so long its calls may go on then: whoever watches health comes again.
const MAX_AGE: Duration = Duration::from_mins(10);
const MAX_AGE_GRACE: Duration = Duration::from_secs(10);

/// A quiet connection is pinged this often, and closed when it does not answer in time.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves until stopped; says where.
pub(crate) async fn serve(
    address: SocketAddr,
    metrics: Metrics,
    health: Health,
    stop: CancellationToken,
) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let connections = accept(listener, MAX_CONNECTIONS, FIRST_BYTE, stop.clone());
    let routes = routes(metrics, &health);
    tokio::spawn(async move {
        let served = Server::builder()
            .accept_http1(true)
            .max_concurrent_streams(MAX_STREAMS)
            .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
            .max_connection_age(MAX_AGE)
            .max_connection_age_grace(MAX_AGE_GRACE)
            .add_routes(routes)
            .serve_with_incoming_shutdown(connections, stop.cancelled_owned())
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(address)
}

fn routes(metrics: Metrics, health: &Health) -> Routes {
    let reporter = health.reporter();
    let health = health.clone();
    let ready = move || {
        let state = health.state();
        let status = if state.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        async move { (status, state.to_string()) }
    };
    let router = Router::new()
        .route("/metrics", get(move || async move { metrics.text() }))
        .route("/livez", get(|| async { StatusCode::OK }))
        .route("/readyz", get(ready));
    Routes::from(router).add_service(HealthServer::new(HealthService::from_health_reporter(reporter)))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tonic::transport::Endpoint;
    use tonic_health::ServingStatus;
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;

    use super::*;
    use crate::Without;

    /// Far longer than anything here takes: who is kept out would wait for ever.
    const PATIENCE: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn a_probe_may_speak_grpc_or_http_on_one_port() {
        let health = Health::new().await;
        let end = CancellationToken::new();
        let address = serve_anywhere(&health, &end).await;

        assert_eq!(by_grpc(address, "liveness").await, ServingStatus::Serving);
        assert_eq!(by_grpc(address, "readiness").await, ServingStatus::NotServing);
        assert!(by_http(address, "/readyz").await.starts_with("HTTP/1.1 503 "));

        health.set_ready(true).await;

        assert_eq!(by_grpc(address, "readiness").await, ServingStatus::Serving);
        assert!(by_http(address, "/readyz").await.starts_with("HTTP/1.1 200 "));
        assert!(by_http(address, "/metrics").await.contains("target_info"));
        end.cancel();
    }

    /// A store that is missing is named; whether calls are taken all the same is for the service to say.
    #[tokio::test]
    async fn a_missing_store_is_named() {
        let health = Health::new().await;
        let end = CancellationToken::new();
        let address = serve_anywhere(&health, &end).await;
        health.set_ready(true).await;

        health.set_store("redis", false, Without::GoesOn).await;
        let told = by_http(address, "/readyz").await;
        assert!(told.starts_with("HTTP/1.1 200 ") && told.ends_with("ready\nmissing: redis\n"), "{told}");
        assert_eq!(by_grpc(address, "redis").await, ServingStatus::NotServing);
        assert_eq!(by_grpc(address, "readiness").await, ServingStatus::Serving);

        health.set_store("postgres", false, Without::NotReady).await;
        let told = by_http(address, "/readyz").await;
        assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
        assert!(told.ends_with("not ready\nmissing: postgres\nmissing: redis\n"), "{told}");
        assert_eq!(by_grpc(address, "readiness").await, ServingStatus::NotServing);

        health.set_store("postgres", true, Without::NotReady).await;
        health.set_store("redis", true, Without::GoesOn).await;
        assert!(by_http(address, "/readyz").await.ends_with("\r\n\r\nready\n"));
        assert_eq!(by_grpc(address, "postgres").await, ServingStatus::Serving);
        end.cancel();
    }

    /// Who connects and says nothing holds up nobody: it is sent away, however many it is.
    #[tokio::test]
    async fn silent_peers_do_not_keep_probes_out() {
        let end = CancellationToken::new();
        let address = serve_anywhere(&Health::new().await, &end).await;
        let mut silent = Vec::new();
        for _ in 0..MAX_CONNECTIONS {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let probed = tokio::time::timeout(PATIENCE, by_http(address, "/livez")).await;
        assert!(probed.expect("the probe gets in").starts_with("HTTP/1.1 200 "));
        for mut peer in silent {
            let read = tokio::time::timeout(PATIENCE, peer.read(&mut [0])).await;
            assert_eq!(read.expect("it is sent away").unwrap(), 0, "it is closed");
        }
        end.cancel();
    }

    async fn serve_anywhere(health: &Health, end: &CancellationToken) -> SocketAddr {
        let metrics = Metrics::start("probed").unwrap();
        serve(([127, 0, 0, 1], 0).into(), metrics, health.clone(), end.clone()).await.unwrap()
    }

    async fn by_grpc(address: SocketAddr, service: &str) -> ServingStatus {
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        let mut client = HealthClient::new(channel);
        let request = HealthCheckRequest { service: service.to_owned() };
        match client.check(request).await.unwrap().into_inner().status {
            1 => ServingStatus::Serving,
            2 => ServingStatus::NotServing,
            _ => ServingStatus::Unknown,
        }
    }

    async fn by_http(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}
