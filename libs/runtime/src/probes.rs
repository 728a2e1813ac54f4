//! `/metrics`, `/livez` and `/readyz` on a port of their own.

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::server::Health;
use crate::telemetry::Metrics;

/// Serves until stopped.
pub(crate) async fn serve(
    address: SocketAddr,
    metrics: Metrics,
    health: Health,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let ready = move || {
        let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        async move { status }
    };
    let router = Router::new()
        .route("/metrics", get(move || async move { metrics.text() }))
        .route("/livez", get(|| async { StatusCode::OK }))
        .route("/readyz", get(ready));
    let listener = TcpListener::bind(address).await?;
    tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(())
}
