//! How a server behaves today.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// How a server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// As it should.
    #[default]
    Well,
    /// It does what it is asked, and answers so much later.
    Slow(Duration),
    /// It does what it is asked, and then answers with an error.
    WrongAfterwards,
    /// It answers with what nobody can read.
    Garbled,
    /// It does nothing.
    Down,
}

impl Mood {
    pub(crate) async fn play(self, request: Request, next: Next) -> Response {
        match self {
            Self::Well => next.run(request).await,
            Self::Slow(delay) => {
                let response = next.run(request).await;
                tokio::time::sleep(delay).await;
                response
            }
            Self::WrongAfterwards => {
                next.run(request).await;
                StatusCode::BAD_GATEWAY.into_response()
            }
            Self::Garbled => "<html>".into_response(),
            Self::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}
