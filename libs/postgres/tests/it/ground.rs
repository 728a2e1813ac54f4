//! A database of a test's own.

use postgres::DatabaseConfig;
use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor, PgConnection, PgPool};
use testkit::{Database, stores};

/// An empty one.
pub async fn empty() -> DatabaseConfig {
    Database::on(&stores(), "postgres").await.config()
}

/// One with the platform's tables, and a table that takes effects.
pub async fn migrated() -> DatabaseConfig {
    let config = empty().await;
    postgres::migrate(&config, &Migrator::DEFAULT).await.unwrap();
    outside(&config).await.execute("CREATE TABLE effect (word text NOT NULL)").await.unwrap();
    config
}

pub fn pool(config: &DatabaseConfig) -> PgPool {
    postgres::connect(config, "a test").unwrap()
}

/// A connection beside any pool.
pub async fn outside(config: &DatabaseConfig) -> PgConnection {
    PgConnection::connect(config.url.expose()).await.unwrap()
}

/// What has been done and committed.
pub async fn effects(config: &DatabaseConfig) -> Vec<String> {
    let query = sqlx::query_scalar("SELECT word FROM effect ORDER BY word");
    query.fetch_all(&mut outside(config).await).await.unwrap()
}
