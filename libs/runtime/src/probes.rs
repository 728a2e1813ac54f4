//! `/metrics`, `/livez`, `/readyz` and gRPC's health service on a port of their own, which is never encrypted: Kubernetes'
//! gRPC probes know no TLS.

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::HealthService;

use crate::server::Health;
use crate::telemetry::Metrics;

/// Calls at once on one connection.
const MAX_STREAMS: u32 = 16;

/// Serves until stopped.
pub(crate) async fn serve(
    address: SocketAddr,
    metrics: Metrics,
    health: Health,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let routes = routes(metrics, &health);
    tokio::spawn(async move {
        let served = Server::builder()
            .accept_http1(true)
            .max_concurrent_streams(MAX_STREAMS)
            .add_routes(routes)
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stop.cancelled_owned())
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(())
}

fn routes(metrics: Metrics, health: &Health) -> Routes {
    let reporter = health.reporter();
    let health = health.clone();
    let ready = move || {
        let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        async move { status }
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

    #[tokio::test]
    async fn a_probe_may_speak_grpc_or_http_on_one_port() {
        let health = Health::new().await;
        let end = CancellationToken::new();
        let address = free_address();
        let metrics = Metrics::start("probed").unwrap();
        serve(address, metrics, health.clone(), end.clone()).await.unwrap();

        assert_eq!(by_grpc(address, "liveness").await, ServingStatus::Serving);
        assert_eq!(by_grpc(address, "readiness").await, ServingStatus::NotServing);
        assert!(by_http(address, "/readyz").await.starts_with("HTTP/1.1 503 "));

        health.set_ready(true).await;

        assert_eq!(by_grpc(address, "readiness").await, ServingStatus::Serving);
        assert!(by_http(address, "/readyz").await.starts_with("HTTP/1.1 200 "));
        assert!(by_http(address, "/metrics").await.contains("target_info"));
        end.cancel();
    }

    fn free_address() -> SocketAddr {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
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
