//! identity over the wire: the real binary, real PostgreSQL and Redis, a real SMS gateway and a real real-name check.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod bootstrap;
mod codes;
mod ends;
mod house;
mod join;
mod officials;
mod outages;
mod real_name;
mod register;
mod sealed;
mod sessions;
mod sign_in;
mod tree;
mod unions;
mod workers;
