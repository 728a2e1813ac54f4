//! quota over the wire: two real replicas, real PostgreSQL, Redis and RabbitMQ.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod announce;
mod calls;
mod capacity;
mod confirm;
mod direct;
mod house;
mod move_place;
mod order;
mod proof;
mod recover;
mod release;
mod reserve;
mod watch_pools;
mod windows;
