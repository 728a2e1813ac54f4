//! Every call has a deadline: its caller's, or ours, and never a longer one than we allow.

use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use refusal::{Reason, Refusal};
use tonic::Status;

use crate::deadline::within;

/// What a call gets at least and at most.
#[derive(Clone, Copy)]
pub(super) struct Deadlines {
    pub(super) default: Duration,
    pub(super) max: Duration,
}

/// Answers DEADLINE when the time is over. Work that is detached goes on to its end.
pub(super) async fn deadline<F>(
    deadlines: Deadlines,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let time = asked_for(request.headers()).unwrap_or(deadlines.default).min(deadlines.max);
    let call = within(Instant::now() + time, next(request));
    match tokio::time::timeout(time, call).await {
        Ok(response) => response,
        Err(_) => Status::from(Refusal::new(Reason::Deadline)).into_http(),
    }
}

/// What `grpc-timeout` says: up to eight digits and a unit. What cannot be read does not count.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_hours(count),
        "M" => Duration::from_mins(count),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_read_in_every_unit() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().unwrap());
            asked_for(&headers)
        };
        assert_eq!(read("2S"), Some(Duration::from_secs(2)));
        assert_eq!(read("1500m"), Some(Duration::from_millis(1_500)));
        assert_eq!(read("99999999H"), Some(Duration::from_hours(99_999_999)));
        for unreadable in ["", "S", "123456789S", "1x", "-1S"] {
            assert_eq!(read(unreadable), None, "{unreadable}");
        }
    }
}
