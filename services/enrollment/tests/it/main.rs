//! enrollment over the wire: the real binary beside a real identity, real PostgreSQL and RabbitMQ.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod agree;
mod announce;
mod enrol;
mod house;
mod import;
mod list;
mod reach;
mod tuition;
