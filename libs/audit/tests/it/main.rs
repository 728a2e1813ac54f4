//! an audit trail that shows tampering, on a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on may panic")]

mod chaining;
mod checkpoints;
mod city;
mod door;
mod guard_rails;
mod tampering;
