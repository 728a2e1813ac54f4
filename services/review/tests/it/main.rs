//! review over the wire, in a city of all six services: cases come from submitted applications, and the decisions go back to
//! them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod bad_fields;
mod calls;
mod chain;
mod correct;
mod events;
mod ground;
mod list;
mod many;
mod persons;
mod supervise;
mod trail;
mod turn;
