//! That the whole of it holds together: who may make each call, which tokens are believed, what hostile peers
//! get, and that each rule is tested.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, with the place where it went wrong"
)]

mod callers;
mod calls;
mod city;
mod hostile;
mod refusals;
mod rules;
mod sources;
mod tokens;
mod who_may_call;
