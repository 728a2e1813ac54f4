//! What a call says of itself on the wire: how long it may take, who makes it, and the trace it belongs to.

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::TokenFile;

const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// No call takes longer; more could not be said in milliseconds, since gRPC allows eight digits.
pub(crate) const LONGEST: Duration = Duration::from_millis(99_999_999);

/// How long the call itself says that it may take, as `tonic::Request::set_timeout` writes it.
pub(crate) fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let count: u64 = Some(digits).filter(|digits| digits.len() <= 8)?.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_hours(count)),
        "M" => Some(Duration::from_mins(count)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

/// Writes the headers of one attempt. A call that introduces its caller by itself keeps doing so.
pub(crate) fn write(headers: &mut HeaderMap, left: Duration, token: Option<&TokenFile>) {
    headers.insert(TIMEOUT, timeout(left));
    if !headers.contains_key(AUTHORIZATION)
        && let Some(authorization) = token.and_then(TokenFile::header)
    {
        headers.insert(AUTHORIZATION, authorization);
    }
    for (name, value) in runtime::telemetry::propagation_headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

fn timeout(left: Duration) -> HeaderValue {
    let text = format!("{}m", left.min(LONGEST).as_millis());
    // Digits and a letter are a header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("0m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut headers = HeaderMap::new();
        write(&mut headers, Duration::from_millis(1_234), None);
        assert_eq!(headers[TIMEOUT], "1234m");
        assert_eq!(asked_for(&headers), Some(Duration::from_millis(1_234)));

        write(&mut headers, Duration::MAX, None);
        assert_eq!(headers[TIMEOUT], "99999999m");
    }

    #[test]
    fn what_tonic_writes_is_read() {
        let mut request = tonic::Request::new(());
        assert_eq!(asked_for(request.metadata().as_ref()), None);
        request.set_timeout(Duration::from_secs(2));
        assert_eq!(asked_for(request.metadata().as_ref()), Some(Duration::from_secs(2)));
    }
}
