//! Requests, pool, constraints and migrations on a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on may panic")]

mod constraints;
mod dropped;
mod failures;
mod ground;
mod migrations;
mod pool;
mod repeating;
mod requests;
mod waiting;
