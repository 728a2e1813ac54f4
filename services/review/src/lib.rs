//! Review: every application is looked at by the unions above its worker, one after the other, and decided last by the
//! Culture Centre; nobody decides what is not theirs to decide.

mod app;
mod clients;
mod config;
mod domain;
mod error;
mod events;
mod grpc;
mod store;
mod wiring;

pub use config::Config;
pub use wiring::{migrate, parked, start};
