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
