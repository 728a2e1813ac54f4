//! Tables are brought up to date once, by whoever comes first, and never back.

use futures::future::join_all;
use postgres::{DatabaseConfig, migrate};
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use crate::ground::{empty, outside};

pub const FIRST: &str = "CREATE TABLE first (number int)";
pub const SECOND: &str = "CREATE TABLE second (number int); INSERT INTO second VALUES (1)";

/// A service's own migrations, numbered from 1.
pub fn own(statements: &[&'static str]) -> Migrator {
    let migrations = (1..).zip(statements).map(|(version, statement)| {
        let (name, sql) = (format!("step {version}"), statement.into_sql_str());
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Eight processes at once, as replicas that start together: all find the tables there, and each step was taken once.
#[tokio::test]
async fn several_at_once_migrate_once() {
    let config = empty().await;
    let own = own(&[FIRST, SECOND]);
    for outcome in join_all((0..8).map(|_| migrate(&config, &own))).await {
        outcome.unwrap();
    }
    assert_eq!(count(&config, "SELECT count(*) FROM second").await, 1);
    assert_eq!(count(&config, "SELECT count(*) FROM _sqlx_migrations").await, 2);
    assert_eq!(count(&config, "SELECT count(*) FROM platform._sqlx_migrations").await, 3);
}

/// What was migrated before stays as it is; only further steps are taken, and what the tables hold is kept.
#[tokio::test]
async fn further_steps_are_taken_on_what_is_there() {
    let config = empty().await;
    migrate(&config, &own(&[FIRST])).await.unwrap();
    let mut connection = outside(&config).await;
    sqlx::query("INSERT INTO first VALUES (7)").execute(&mut connection).await.unwrap();
    migrate(&config, &own(&[FIRST, SECOND])).await.unwrap();
    migrate(&config, &own(&[FIRST, SECOND])).await.unwrap();
    assert_eq!(count(&config, "SELECT number::bigint FROM first").await, 7);
    assert_eq!(count(&config, "SELECT count(*) FROM second").await, 1);
}

/// A program that is older than its database leaves it as it is and can go on with it; there is no way back.
#[tokio::test]
async fn an_older_program_leaves_a_newer_database_as_it_is() {
    let config = empty().await;
    migrate(&config, &own(&[FIRST, SECOND])).await.unwrap();
    migrate(&config, &own(&[FIRST])).await.unwrap();
    assert_eq!(count(&config, "SELECT count(*) FROM second").await, 1);
    assert_eq!(count(&config, "SELECT count(*) FROM _sqlx_migrations").await, 2);
}

/// A program whose past was rewritten touches nothing.
#[tokio::test]
async fn a_rewritten_step_is_refused() {
    let config = empty().await;
    migrate(&config, &own(&[FIRST])).await.unwrap();
    let rewritten = migrate(&config, &own(&["CREATE TABLE other (number int)", SECOND])).await;
    assert!(matches!(rewritten, Err(MigrateError::VersionMismatch(1))), "{rewritten:?}");
    assert_eq!(count(&config, "SELECT count(*) FROM _sqlx_migrations").await, 1);
    assert_eq!(count(&config, "SELECT count(*) FROM pg_class WHERE relname = 'second'").await, 0);
}

/// A step that fails leaves nothing of itself, keeps nobody else waiting, and is taken once it is mended.
#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_itself() {
    let config = empty().await;
    let broken = "CREATE TABLE second (number int); INSERT INTO nowhere VALUES (1)";
    assert!(migrate(&config, &own(&[FIRST, broken])).await.is_err());
    assert_eq!(count(&config, "SELECT count(*) FROM first").await, 0);
    assert_eq!(count(&config, "SELECT count(*) FROM pg_class WHERE relname = 'second'").await, 0);
    migrate(&config, &own(&[FIRST, SECOND])).await.unwrap();
    assert_eq!(count(&config, "SELECT count(*) FROM second").await, 1);
}

async fn count(config: &DatabaseConfig, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&mut outside(config).await).await.unwrap()
}
