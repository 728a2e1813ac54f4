//! The gRPC server: what every call passes through, and how the server ends.

mod config;
mod deadline;
mod health;
mod incoming;
mod limits;
mod measure;
mod outside;
mod stack;
mod tls;
mod trace;

pub use config::{ServerConfig, TlsConfig};
pub use health::{Health, Without};
pub(crate) use incoming::accept;
pub use limits::MAX_MESSAGE_BYTES;
pub(crate) use stack::serve;
pub use stack::{Doors, ServeError};
