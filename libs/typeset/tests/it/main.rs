//! The printed form, judged by the tools that others read it with: poppler and zbar.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod form;
mod legibility;
mod paper;
mod untrusted;
