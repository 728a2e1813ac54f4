//! Everything that could hold a service up has its limit, and the server keeps it.

use std::num::NonZeroU32;
use std::time::Duration;

use postgres::DatabaseConfig;
use sqlx::Executor;

use crate::ground::{migrated, outside, pool};

/// No more connections than configured; who finds none free waits so long and no longer.
#[tokio::test]
async fn connections_are_bounded() {
    let config = DatabaseConfig {
        max_connections: NonZeroU32::new(2).unwrap(),
        acquire_timeout_ms: 200,
        ..migrated().await
    };
    let database = pool(&config);
    let held = (database.acquire().await.unwrap(), database.acquire().await.unwrap());
    assert!(matches!(database.acquire().await, Err(sqlx::Error::PoolTimedOut)));
    drop(held);
    database.acquire().await.unwrap();
}

/// A statement that runs too long is ended by the server, and the connection lives on.
#[tokio::test]
async fn a_statement_ends_in_time() {
    let config =
        DatabaseConfig { statement_timeout_ms: 100, max_connections: NonZeroU32::MIN, ..migrated().await };
    let database = pool(&config);
    let error = database.execute("SELECT pg_sleep(20)").await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "57014");
    database.execute("SELECT 1").await.unwrap();
}

/// A lock that another holds is not waited for without end.
#[tokio::test]
async fn a_lock_is_waited_for_no_longer_than_allowed() {
    let config = DatabaseConfig { lock_timeout_ms: 100, ..migrated().await };
    let database = pool(&config);
    let mut holder = database.begin().await.unwrap();
    holder.execute("LOCK TABLE effect").await.unwrap();
    let error = database.execute("SELECT word FROM effect").await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "55P03");
}

/// Whoever leaves a transaction lying loses it, with its locks; the pool gives out another connection.
#[tokio::test]
async fn a_transaction_does_not_lie_idle_for_ever() {
    let config = migrated().await;
    let database = pool(&DatabaseConfig { idle_in_transaction_timeout_ms: 100, ..config.clone() });
    let mut lying = database.begin().await.unwrap();
    lying.execute("INSERT INTO effect (word) VALUES ('lost')").await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(lying.commit().await.is_err());
    database.execute("INSERT INTO effect (word) VALUES ('kept')").await.unwrap();
    assert_eq!(crate::ground::effects(&config).await, ["kept"]);
}

/// The server's own lists say whose connection it is.
#[tokio::test]
async fn a_connection_names_its_service() {
    let config = migrated().await;
    let database = pool(&config);
    let _held = database.acquire().await.unwrap();
    let named = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'a test'
                 AND datname = current_database()";
    let named: i64 = sqlx::query_scalar(named).fetch_one(&mut outside(&config).await).await.unwrap();
    assert_eq!(named, 1);
}
