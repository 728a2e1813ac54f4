//! quota over the wire: two real replicas, real PostgreSQL, Redis and RabbitMQ.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod announce;
mod auditor;
mod bad_input;
mod calls;
mod capacity;
mod confirm;
mod direct;
mod ending;
mod forgery;
mod health;
mod house;
mod move_place;
mod order;
mod outlet;
mod proof;
mod recover;
mod refused;
mod release;
mod reserve;
mod trace;
mod watch_pools;
mod windows;
