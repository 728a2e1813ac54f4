//! Saying in a test which refusal is expected, down to its fields.

use refusal::{Reason, Said, Violation};
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

/// Asserts that a refusal names this field as bad, for this reason.
///
/// # Panics
/// Where it does not.
#[track_caller]
pub fn assert_field(status: &Status, path: &str, reason: Reason) {
    assert_names(&said(status).bad_fields, path, reason);
}

/// Asserts that a refusal names this as missing, for this reason.
///
/// # Panics
/// Where it does not.
#[track_caller]
pub fn assert_missing(status: &Status, subject: &str, reason: Reason) {
    assert_names(&said(status).missing, subject, reason);
}

#[track_caller]
fn said(status: &Status) -> Said {
    refusal::said(status).expect("the status is not one of our services'")
}

#[track_caller]
fn assert_names(named: &[Violation], path: &str, reason: Reason) {
    let told: Vec<_> = named.iter().map(|one| (one.path(), one.reason())).collect();
    assert!(told.contains(&(path, reason)), "{path} is not refused for {reason:?}, but: {told:?}");
}
