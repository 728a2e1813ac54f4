//! Saying in a test which refusal is expected.

use refusal::Reason;
use tonic::{Response, Status};

/// Asserts that a call was refused for this very reason, and gives the status for a closer look.
///
/// # Panics
/// Where it was not.
#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(answer: Result<Response<T>, Status>, reason: Reason) -> Status {
    let status = answer.expect_err("the call was answered, and should have been refused");
    assert_eq!(refusal::of(&status), Some(reason), "refused otherwise: {status:?}");
    status
}
