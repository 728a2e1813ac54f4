//! When it is the system that fails: the cause is logged once, with its whole chain, and the caller is told
//! nothing of it.

use std::error::Error;
use std::fmt::Write;
use std::panic::Location;
use std::time::Duration;

use tonic::Status;

use crate::{Reason, Refusal};

/// After what time a call that found something unreachable may be repeated.
const RETRY_IN: Duration = Duration::from_secs(1);

/// Something failed that should not: logs the chain and answers INTERNAL.
#[track_caller]
pub fn internal(error: &(dyn Error + 'static)) -> Status {
    let place = Location::caller();
    tracing::error!(error = chain(error), file = place.file(), line = place.line(), "a call failed inside");
    Refusal::new(Reason::Internal).into()
}

/// Something that the service stands on (`postgres`, `quota`, …) cannot be reached: logs the chain and answers
/// UNAVAILABLE, to be repeated with the same request id.
pub fn unavailable(what: &'static str, error: &(dyn Error + 'static)) -> Status {
    tracing::warn!(error = chain(error), what, "a call failed because something cannot be reached");
    Refusal::new(Reason::Unavailable).retry_in(RETRY_IN).into()
}

/// An error and all its causes in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a String does not fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tonic_types::StatusExt;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the answer was not kept")]
    struct Outer(#[source] io::Error);

    /// What is logged while something is done.
    fn logged<T>(act: impl FnOnce() -> T) -> (T, String) {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.clone()).finish();
        let result = tracing::subscriber::with_default(subscriber, act);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        (result, text)
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl tracing_subscriber::fmt::MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_failure_is_logged_whole_and_told_as_nothing() {
        let error = Outer(io::Error::other("password of postgres"));
        let (status, log) = logged(|| internal(&error));

        assert_eq!(crate::of(&status), Some(Reason::Internal));
        assert!(!format!("{status:?}").contains("postgres"), "{status:?}");
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(
            log.contains("the answer was not kept: password of postgres") && log.contains("failure.rs"),
            "{log}"
        );
    }

    #[test]
    fn what_cannot_be_reached_may_be_tried_again() {
        let error = Outer(io::Error::other("connection refused"));
        let (status, log) = logged(|| unavailable("postgres", &error));

        assert_eq!(crate::of(&status), Some(Reason::Unavailable));
        assert_eq!(status.get_details_retry_info().unwrap().retry_delay, Some(RETRY_IN));
        assert!(log.contains("connection refused") && log.contains("what=\"postgres\""), "{log}");
    }
}
