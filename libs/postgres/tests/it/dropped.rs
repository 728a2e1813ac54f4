//! Callers hang up: a future dropped between BEGIN and COMMIT hands no open transaction on to the next borrower.

use std::future::poll_fn;
use std::num::NonZeroU32;
use std::pin::pin;
use std::task::Poll;

use postgres::DatabaseConfig;
use sqlx::{Executor, PgConnection, PgPool};

use crate::ground::{effects, migrated, outside, pool};

/// How often work is dropped at each of its steps: an answer that is there at once saves a step.
const ROUNDS: usize = 10;

/// Work dropped at every one of its steps, before and after the server's answer, on the only connection there is: the next
/// to borrow it is in no transaction, sees no rows of another, and what it writes stays.
#[tokio::test]
async fn work_dropped_at_any_step_leaves_no_transaction_open() {
    let config = DatabaseConfig { max_connections: NonZeroU32::MIN, ..migrated().await };
    let database = pool(&config);
    let mut watcher = outside(&config).await;
    let mut dropped = 0;
    for (round, when) in
        (0..ROUNDS).flat_map(|round| [(round, When::BeforeAnswer), (round, When::AfterAnswer)])
    {
        for steps in 1.. {
            if ended_within(steps, when, write(&database, "dropped")).await {
                break;
            }
            dropped += 1;
            let mut next = database.acquire().await.unwrap();
            let process: i32 =
                sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut *next).await.unwrap();
            let open = in_transaction(&mut watcher).await;
            assert!(!open.contains(&process), "dropped after {steps} steps");
            // A connection that was closed for it ends once the server has noticed.
            let ended = async || in_transaction(&mut watcher).await.is_empty().then_some(());
            stack::eventually("no transaction is open", ended).await;
            let word = format!("{round} {when:?} {steps}");
            sqlx::query("INSERT INTO effect (word) VALUES ($1)")
                .bind(&word)
                .execute(&mut *next)
                .await
                .unwrap();
            assert!(effects(&config).await.contains(&word), "written in another's transaction");
        }
    }
    assert!(dropped > ROUNDS, "{dropped} were dropped in {ROUNDS} rounds: this shows nothing");
    let written = effects(&config).await.into_iter().filter(|word| word == "dropped").count();
    assert!(written >= 2 * ROUNDS, "{} were committed, {written} are there", 2 * ROUNDS);
}

/// A transaction that was opened by hand and has failed is not handed on either.
#[tokio::test]
async fn a_failed_transaction_is_not_handed_on() {
    let config = DatabaseConfig { max_connections: NonZeroU32::MIN, ..migrated().await };
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
    let config = DatabaseConfig { max_connections: NonZeroU32::MIN, ..migrated().await };
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
    let counted = stack::eventually("the server has counted", async || {
        let counted: i64 = sqlx::query_scalar(rolled_back).fetch_one(&mut watcher).await.unwrap();
        (counted >= 20).then_some(counted)
    });
    assert_eq!(counted.await, 20);
}

async fn write(database: &PgPool, word: &str) -> Result<(), sqlx::Error> {
    let mut tx = database.begin().await?;
    sqlx::query("INSERT INTO effect (word) VALUES ($1)").bind(word).execute(&mut *tx).await?;
    tx.commit().await
}

/// When work is dropped.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    /// Right after it has asked the server for something.
    BeforeAnswer,
    /// When the server has answered and nobody has read it.
    AfterAnswer,
}

/// Lets work do so many steps, each from one wait to the next, and drops it. Says whether it had ended.
async fn ended_within(steps: u32, when: When, work: impl Future<Output = Result<(), sqlx::Error>>) -> bool {
    let mut work = pin!(work);
    let mut done = 0;
    poll_fn(|context| {
        if done == steps {
            return Poll::Ready(false);
        }
        done += 1;
        match work.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if done == steps && when == When::BeforeAnswer => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The server's processes whose connections lie idle inside a transaction.
async fn in_transaction(watcher: &mut PgConnection) -> Vec<i32> {
    let query = "SELECT pid FROM pg_stat_activity
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    sqlx::query_scalar(query).fetch_all(watcher).await.unwrap()
}
