//! Payment: what unions set aside goes to the workers who have a right to it, to the fen, once, and every fen stands in
//! the books.

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
pub use wiring::{migrate, parked, start};
