//! Tables: first those that every service has alike, then the service's own.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use crate::DatabaseConfig;

/// Requests kept for repetition, outbox, inbox and audit trail, in the schema `platform`.
static PLATFORM: Migrator = sqlx::migrate!("./migrations");

/// Where the platform's migrations are counted, apart from the service's.
const PLATFORM_TABLE: &str = "platform._sqlx_migrations";

/// How often somebody who waits looks, and how long one look may take: a network that drops packets answers nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const LOOK_WITHIN: Duration = Duration::from_secs(5);

/// The command line of [`migrate_as_asked`].
pub fn migrate_command() -> Command {
    let wait = Arg::new("wait")
        .long("wait")
        .action(ArgAction::SetTrue)
        .help("Changes nothing; waits until somebody else has brought them up to date");
    Command::new("migrate").about("Brings the tables up to date").arg(wait)
}

/// Migrates, or with `--wait` waits until that has been done elsewhere.
pub async fn migrate_as_asked(
    config: &DatabaseConfig,
    own: &Migrator,
    arguments: &ArgMatches,
) -> Result<(), MigrateError> {
    if !arguments.get_flag("wait") {
        return migrate(config, own).await;
    }
    wait_until_migrated(config, own).await;
    Ok(())
}

/// Brings a database up to date. Safe where several processes do it at once: one waits for the other. A database that a
/// later release has migrated is left as it is: migrations expand, so that the release before can go on with it.
pub async fn migrate(config: &DatabaseConfig, own: &Migrator) -> Result<(), MigrateError> {
    let mut connection = PgConnection::connect(config.url.expose()).await?;
    platform().run(&mut connection).await?;
    lenient(own).run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Looks again and again, and tells what is in the way whenever that changes.
#[expect(clippy::print_stderr, reason = "it is a command: standard error is where an operator looks")]
async fn wait_until_migrated(config: &DatabaseConfig, own: &Migrator) {
    let mut told = String::new();
    loop {
        let obstacle = match timeout(LOOK_WITHIN, is_migrated(config, own)).await {
            Ok(Ok(true)) => return,
            Ok(Ok(false)) => "the tables are not up to date yet".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the database does not answer".to_owned(),
        };
        if told != obstacle {
            eprintln!("waiting: {obstacle}");
            told = obstacle;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Whether every migration that this program knows has been made; there may be others.
async fn is_migrated(config: &DatabaseConfig, own: &Migrator) -> Result<bool, MigrateError> {
    let mut connection = PgConnection::connect(config.url.expose()).await?;
    let mut complete = true;
    for migrator in [&platform(), own] {
        complete = complete && holds(&mut connection, migrator).await?;
    }
    connection.close().await?;
    Ok(complete)
}

async fn holds(connection: &mut PgConnection, migrator: &Migrator) -> Result<bool, MigrateError> {
    let table = &migrator.table_name;
    if connection.dirty_version(table).await?.is_some() {
        return Ok(false);
    }
    let made = connection.list_applied_migrations(table).await?;
    let made: BTreeSet<i64> = made.iter().map(|migration| migration.version).collect();
    Ok(migrator.iter().all(|migration| made.contains(&migration.version)))
}

fn platform() -> Migrator {
    let mut platform = lenient(&PLATFORM);
    platform.create_schema("platform");
    platform.dangerous_set_table_name(PLATFORM_TABLE);
    platform
}

/// The same migrations, for a database that may know later ones.
fn lenient(migrator: &Migrator) -> Migrator {
    Migrator {
        migrations: migrator.migrations.clone(),
        table_name: migrator.table_name.clone(),
        create_schemas: migrator.create_schemas.clone(),
        ignore_missing: true,
        ..Migrator::DEFAULT
    }
}
