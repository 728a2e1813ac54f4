//! Enrollment: what can be studied, who studies it with whose agreement, and what was paid for it, each receipt once
//!

mod app;
mod clients;
mod config;
mod domain;
mod error;
mod grpc;
mod store;
mod wiring;

pub use config::Config;
pub use wiring::{migrate, start};
