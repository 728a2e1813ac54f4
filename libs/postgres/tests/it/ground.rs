//! A database of a test's own.

use postgres::DatabaseConfig;
use runtime::Secret;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};
use stack::Addresses;
use uuid::Uuid;

/// An empty one.
pub async fn empty() -> DatabaseConfig {
    let stores = Addresses::from_environment().unwrap();
    let stores = stores.expect("YUANMENG_STORES names the file of running stores");
    let name = format!("postgres_{}", Uuid::now_v7().simple());
    let mut server = PgConnection::connect(&stores.postgres_url).await.unwrap();
    server.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    DatabaseConfig {
        url: Secret::new(stores.postgres_database_url(&name)),
        max_connections: 8,
        acquire_timeout_ms: 10_000,
        statement_timeout_ms: 10_000,
        lock_timeout_ms: 5_000,
        idle_in_transaction_timeout_ms: 15_000,
    }
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
