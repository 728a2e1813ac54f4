//! Identity: who somebody is, for whom they act, and how unions join the tree; what is sensitive is sealed, masked and
//! looked at only on record.

mod app;
mod clients;
mod config;
mod domain;
mod error;
mod grpc;
mod store;
mod wiring;

pub use config::Config;
pub use wiring::{bootstrap, bootstrap_command, migrate, start};
