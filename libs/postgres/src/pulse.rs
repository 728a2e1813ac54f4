//! Whether a database answers, asked apart from the pool: one that is busy is not missing.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor, PgPool};

use crate::DatabaseConfig;

/// A connection of its own that is only asked whether it answers.
#[derive(Debug, Clone)]
pub struct Pulse(PgPool);

impl Pulse {
    /// For this database. It is connected to when it is first asked.
    pub fn of(config: &DatabaseConfig, service: &str) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::from_str(config.url.expose())?;
        let options = options.application_name(&format!("{service} pulse"));
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(1));
        Ok(Self(pool.connect_lazy_with(options)))
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        self.0.execute("SELECT 1").await.is_ok()
    }
}
