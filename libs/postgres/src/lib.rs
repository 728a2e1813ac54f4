//! PostgreSQL as every service uses it: a bounded pool, migrations, and answers kept for repeated requests.

mod config;
mod failure;
mod migrate;
mod pool;
mod pulse;
pub mod request;

pub use config::DatabaseConfig;
pub use failure::{is_passing, violated};
pub use migrate::{migrate, migrate_as_asked, migrate_command};
pub use pool::{Tx, connect};
pub use pulse::Pulse;
pub use request::{Request, RequestError};
