//! A real service of this library, in a process of its own: how it reads its configuration, takes calls, and ends.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on may panic")]

mod calls;
mod configuration;
mod ending;
mod health;
mod telemetry;
mod tiny;
mod traces;
