//! Where the doors are, and how the server begins and ends.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::extract::Request;
use axum::response::IntoResponse;
use rand::RngExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Server;
use tower::{Layer, Service};

use super::outside::Outside;
use super::{Health, ServerConfig, incoming, tls};

/// The doors of a service: its gRPC services, and the descriptors that reflection tells of them.
pub struct Doors {
    /// The gRPC services.
    pub routes: Routes,
    /// Encoded descriptors: `proto::FILE_DESCRIPTOR_SET`.
    pub descriptors: &'static [u8],
}

/// Why a server does not start, or does not end well.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {1}")]
    Listen(#[source] io::Error, std::net::SocketAddr),
    /// Plain calls would be taken from other machines.
    #[error("server.tls is needed on an address other than loopback, or server.plain inside a mesh")]
    PlainInPublic,
    /// A certificate or key cannot be read.
    #[error("a certificate or key cannot be read")]
    Certificate(#[source] io::Error),
    /// The descriptors are no descriptors.
    #[error("reflection does not start")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport failed.
    #[error("the server failed")]
    Transport(#[from] tonic::transport::Error),
}

/// Serves until `stop`, then lets calls end.
pub(crate) async fn serve<L>(
    config: &ServerConfig,
    doors: Doors,
    auth: L,
    health: &Health,
    stop: CancellationToken,
) -> Result<(), ServeError>
where
    L: Layer<axum::routing::Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    let listener =
        TcpListener::bind(config.address).await.map_err(|error| ServeError::Listen(error, config.address))?;
    let mut server = transport(config);
    if let Some(tls) = tls::of(config)? {
        server = server.tls_config(tls)?;
    }
    let router = with_own_doors(doors, health)?.into_axum_router();
    let routes: Routes = router.layer(auth).layer(Outside::new(config)).into();
    let preface = Duration::from_millis(config.preface_timeout_ms);
    let connections = incoming::accept(listener, config.max_connections, preface, stop.clone());
    health.set_ready(true).await;
    tracing::info!(address = %config.address, "taking calls");
    server.add_routes(routes).serve_with_incoming_shutdown(connections, stop.cancelled_owned()).await?;
    Ok(())
}

fn with_own_doors(doors: Doors, health: &Health) -> Result<Routes, ServeError> {
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(doors.descriptors)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(refusal::DESCRIPTORS)
        .build_v1()?;
    let probes = tonic_health::server::HealthService::from_health_reporter(health.reporter());
    let probes = tonic_health::pb::health_server::HealthServer::new(probes);
    Ok(doors.routes.add_service(reflection).add_service(probes))
}

/// How much of one call may wait to be read, and of all calls of a connection. HTTP/2 ends a connection for which too many
/// small frames wait: so little may wait of one call that it alone never ends the connection that others share.
const CALL_WINDOW_BYTES: u32 = 64 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 16 * 1024 * 1024;

/// HTTP/2 as we speak it: tonic has no limits of its own on streams, ages and quiet.
fn transport(config: &ServerConfig) -> Server {
    let age = Duration::from_secs(config.max_connection_age_s).mul_f64(rand::rng().random_range(0.9..1.1));
    Server::builder()
        .max_concurrent_streams(config.max_streams_per_connection)
        .initial_stream_window_size(CALL_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_max_pending_accept_reset_streams(Some(128))
        .http2_max_header_list_size(32 * 1024)
        .http2_keepalive_interval(Some(Duration::from_secs(config.keepalive_interval_s)))
        .http2_keepalive_timeout(Some(Duration::from_secs(config.keepalive_timeout_s)))
        .max_connection_age(age)
        .max_connection_age_grace(Duration::from_secs(config.max_connection_age_grace_s))
}
