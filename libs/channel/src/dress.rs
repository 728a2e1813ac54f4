//! What every call carries: its deadline, our token, its trace.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Request};

use crate::TokenFile;

/// The largest number that `grpc-timeout` can carry.
const MAX_TIMEOUT_MS: u128 = 99_999_999;

/// Adds the headers.
pub fn dress<B>(request: &mut Request<B>, token: Option<&TokenFile>, time: Duration) {
    let headers = request.headers_mut();
    let timeout = format!("{}m", time.as_millis().min(MAX_TIMEOUT_MS));
    if let Ok(timeout) = HeaderValue::try_from(timeout) {
        headers.insert("grpc-timeout", timeout);
    }
    if let Some(token) = token.and_then(TokenFile::header)
        && let Ok(token) = HeaderValue::from_bytes(token.as_bytes())
    {
        headers.insert(http::header::AUTHORIZATION, token);
    }
    for (name, value) in runtime::telemetry::propagation_headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}
