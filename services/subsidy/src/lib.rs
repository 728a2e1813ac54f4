//! Subsidy: a worker's application from the first field to the grant. What was submitted has its place in line or is
//! submitting, and never stays half done; what was printed, stamped and uploaded is of the data that is reviewed (R-01,
//!

mod app;
mod clients;
mod config;
mod domain;
mod error;
mod events;
mod grpc;
mod jobs;
mod store;
mod wiring;

pub use config::Config;
pub use wiring::{apply, apply_command, migrate, parked, start};
