//! A pod waits for the tables that its program needs, and leaves them to somebody else.

use std::time::Duration;

use postgres::{DatabaseConfig, migrate, migrate_as_asked, migrate_command};
use sqlx::migrate::Migrator;
use tokio::time::timeout;

use crate::ground::{empty, outside};
use crate::migrations::{FIRST, SECOND, own};

/// Longer than it takes to look twice.
const TWO_LOOKS: Duration = Duration::from_millis(1_500);

async fn wait(config: &DatabaseConfig, own: &Migrator) {
    let arguments = migrate_command().try_get_matches_from(["migrate", "--wait"]).unwrap();
    migrate_as_asked(config, own, &arguments).await.unwrap();
}

/// It changes nothing, and goes on when the last step has been taken, not before.
#[tokio::test]
async fn whoever_waits_goes_on_once_somebody_else_has_migrated() {
    let config = empty().await;
    let all = own(&[FIRST, SECOND]);
    assert!(timeout(TWO_LOOKS, wait(&config, &all)).await.is_err(), "an empty database was enough");
    let tables = "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'platform'";
    let made: i64 = sqlx::query_scalar(tables).fetch_one(&mut outside(&config).await).await.unwrap();
    assert_eq!(made, 0, "it was to wait, and made tables");

    migrate(&config, &own(&[FIRST])).await.unwrap();
    assert!(timeout(TWO_LOOKS, wait(&config, &all)).await.is_err(), "one step of two was enough");

    migrate(&config, &all).await.unwrap();
    wait(&config, &all).await;
}

/// The release before finds what it needs in a later one's tables.
#[tokio::test]
async fn tables_of_a_later_release_are_as_good() {
    let config = empty().await;
    migrate(&config, &own(&[FIRST, SECOND])).await.unwrap();
    wait(&config, &own(&[FIRST])).await;
}
