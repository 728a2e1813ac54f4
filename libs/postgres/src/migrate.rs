//! Tables: first those that every service has alike, then the service's own.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, PgConnection};

use crate::DatabaseConfig;

/// Requests kept for repetition, outbox, inbox and audit trail, in the schema `platform`.
static PLATFORM: Migrator = sqlx::migrate!("./migrations");

/// Where the platform's migrations are counted, apart from the service's.
const PLATFORM_TABLE: &str = "platform._sqlx_migrations";

/// Brings a database up to date. Safe where several processes do it at once: one waits for the other.
pub async fn migrate(config: &DatabaseConfig, own: &Migrator) -> Result<(), MigrateError> {
    let mut connection = PgConnection::connect(config.url.expose()).await?;
    platform().run(&mut connection).await?;
    own.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

fn platform() -> Migrator {
    let mut platform = Migrator { migrations: PLATFORM.migrations.clone(), ..Migrator::DEFAULT };
    platform.create_schema("platform");
    platform.dangerous_set_table_name(PLATFORM_TABLE);
    platform
}
