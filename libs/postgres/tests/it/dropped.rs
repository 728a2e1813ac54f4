//! Callers hang up: a future dropped between BEGIN and COMMIT hands no open transaction on to the next borrower.

use std::pin::pin;
use std::time::Duration;

use futures::poll;
use postgres::DatabaseConfig;
use sqlx::{Executor, PgConnection, PgPool};

use crate::ground::{effects, migrated, outside, pool};

/// Enough for the server to answer, so that a future gets a step further with each look at it.
const STEP: Duration = Duration::from_millis(2);

/// Work dropped at every one of its steps, several times over, on the only connection there is: the next to borrow it is in
/// no transaction, sees no rows of another, and what it writes stays.
#[tokio::test]
async fn work_dropped_at_any_step_leaves_no_transaction_open() {
    let config = DatabaseConfig { max_connections: 1, ..migrated().await };
    let database = pool(&config);
    let mut watcher = outside(&config).await;
    let mut ended = 0;
    for round in 0..10 {
        for steps in 1..=12 {
            if dropped_after(steps, write(&database, "dropped")).await {
                ended += 1;
            }
            let mut next = database.acquire().await.unwrap();
            assert_eq!(in_transaction(&mut watcher).await, 0, "dropped after {steps} steps");
            let word = format!("{round} {steps}");
            sqlx::query("INSERT INTO effect (word) VALUES ($1)")
                .bind(&word)
                .execute(&mut *next)
                .await
                .unwrap();
            assert!(effects(&config).await.contains(&word), "written in another's transaction");
        }
    }
    assert!((1..120).contains(&ended), "{ended} of 120 got to the end: this shows nothing");
    let written = effects(&config).await.into_iter().filter(|word| word == "dropped").count();
    assert!(written >= ended, "{ended} were committed, {written} are there");
}

/// A transaction that was opened by hand and has failed is not handed on either.
#[tokio::test]
async fn a_failed_transaction_is_not_handed_on() {
    let config = DatabaseConfig { max_connections: 1, ..migrated().await };
    let database = pool(&config);
    for ending in ["SELECT 1", "SELECT 1 / 0"] {
        let mut connection = database.acquire().await.unwrap();
        connection.execute("BEGIN").await.unwrap();
        let _ = connection.execute(ending).await;
        drop(connection);
        let next = sqlx::query("INSERT INTO effect (word) VALUES ($1)").bind(ending).execute(&database).await;
        assert!(next.is_ok(), "after {ending}: {next:?}");
        assert!(effects(&config).await.contains(&ending.to_owned()));
    }
}

/// A connection that comes back clean is kept: the check costs no new connection, and no error on the server.
#[tokio::test]
async fn a_clean_connection_is_kept() {
    let config = DatabaseConfig { max_connections: 1, ..migrated().await };
    let database = pool(&config);
    let mut watcher = outside(&config).await;
    let process = "SELECT pg_backend_pid()";
    let first: i32 = sqlx::query_scalar(process).fetch_one(&database).await.unwrap();
    for _ in 0..20 {
        write(&database, "a word").await.unwrap();
        drop(database.begin().await.unwrap());
        assert_eq!(sqlx::query_scalar::<_, i32>(process).fetch_one(&database).await.unwrap(), first);
    }
    database.close().await;
    // Twenty were rolled back on purpose; a statement that fails counts as one more.
    let rolled_back = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    let rolled_back: i64 = sqlx::query_scalar(rolled_back).fetch_one(&mut watcher).await.unwrap();
    assert!(rolled_back <= 20, "{rolled_back} transactions were rolled back");
}

async fn write(database: &PgPool, word: &str) -> Result<(), sqlx::Error> {
    let mut tx = database.begin().await?;
    sqlx::query("INSERT INTO effect (word) VALUES ($1)").bind(word).execute(&mut *tx).await?;
    tx.commit().await
}

/// Looks at work so many times, and drops it. Says whether it had ended.
async fn dropped_after(steps: u32, work: impl Future<Output = Result<(), sqlx::Error>>) -> bool {
    let mut work = pin!(work);
    for _ in 0..steps {
        if poll!(work.as_mut()).is_ready() {
            return true;
        }
        tokio::time::sleep(STEP).await;
    }
    false
}

/// How many connections lie idle inside a transaction.
async fn in_transaction(watcher: &mut PgConnection) -> i64 {
    let query = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    sqlx::query_scalar(query).fetch_one(watcher).await.unwrap()
}
