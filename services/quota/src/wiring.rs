//! Builds quota from the inside out: stores, verbs, jobs, then the doors.

mod commands;

use std::sync::Arc;
use std::time::Duration;

use auth::Verifier;
use postgres::DatabaseConfig;
use runtime::{Clock, Doors, Process, Without};
use sqlx::migrate::{MigrateError, Migrator};
use tokio::sync::Semaphore;

use crate::app::{App, Desks, Measures};
use crate::clients::Identity;
use crate::config::Config;
use crate::grpc;
use crate::jobs;
use crate::store::order::OrderStore;

pub use self::commands::{
    CommandError, check_receipt, check_receipt_command, export_line, export_line_command, verify_line,
    verify_line_command,
};

static TABLES: Migrator = sqlx::migrate!();

/// Why quota does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address of the database is none.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    /// The address of Redis is none.
    #[error("Redis cannot be used")]
    Order(#[from] redis::RedisError),
    /// The keys of the audit trail cannot be read.
    #[error("the audit trail has no keys")]
    Audit(#[from] audit::InvalidKeys),
    /// The address of identity is none.
    #[error("identity cannot be used")]
    Identity(#[from] channel::ConnectError),
    /// The system gives no descriptors for the thread of the lines.
    #[error("the thread of the lines cannot begin")]
    LineThread(#[source] std::io::Error),
    /// The server does not start, or failed.
    #[error("the server failed")]
    Serve(#[from] runtime::ServeError),
}

/// Starts quota and runs it until the process is asked to end.
pub async fn start(config: Config, process: Process) -> Result<(), StartError> {
    let database = postgres::connect(&config.database, process.name())?;
    let order = OrderStore::new(config.order.url.expose(), &config.order.key_prefix)?;
    let keys = audit::Keys::load(&config.audit)?;
    let direct_after = Duration::from_millis(config.line.direct_after_ms);
    let return_after = Duration::from_millis(config.line.return_after_ms);
    let desks = Desks::new(database.clone(), config.line.queue.get(), direct_after, return_after);
    let app = App {
        database: database.clone(),
        order: Arc::new(order),
        desks: Arc::new(desks),
        keys: keys.clone(),
        measures: Measures::new(),
        verifications: Arc::new(Semaphore::new(1)),
        clock: process.clock(),
        answer_within: Duration::from_millis(config.line.answer_within_ms),
    };
    let trail = audit::Trail::new(database, process.name(), keys);
    look_at_stores(&config, &app, &process)?;

    let thread = line_thread(&config, &app, &process)?;
    let (served, at) = (app.clone(), process.clone());
    process
        .spawn("opening of lines", move |stop| jobs::tend(served.clone(), at.clone(), thread.clone(), stop));
    let served = app.clone();
    process.spawn("checkpoints", move |stop| jobs::publish_checkpoints(served.clone(), stop));
    let (served, broker, name) = (app.clone(), config.broker.clone(), process.name());
    process.spawn("promotions", move |stop| {
        jobs::relay(jobs::Promotions, served.clone(), broker.clone(), name, stop)
    });
    let (served, broker, name) = (app.clone(), config.broker.clone(), process.name());
    process
        .spawn("outlet", move |stop| jobs::relay(jobs::Outlet, served.clone(), broker.clone(), name, stop));
    let chained = trail.clone();
    process.spawn("audit trail", move |stop| audit::keep(chained.clone(), stop));

    let identity = Identity::connect(&config.identity)?;
    let people = config.auth.people_keys(move || identity.clone().jwks());
    let verifier = Verifier::new(&config.auth, people);
    let doors = Doors { routes: grpc::doors(&app, trail), descriptors: proto::FILE_DESCRIPTOR_SET };
    Ok(process.serve(&config.server, doors, auth::layer(verifier)).await?)
}

fn line_thread(config: &Config, app: &App, process: &Process) -> Result<jobs::LineThread, StartError> {
    let database = DatabaseConfig { max_connections: config.line.max_connections, ..config.database.clone() };
    let app = App {
        database: postgres::connect(&database, &format!("{} lines", process.name()))?,
        order: Arc::new(OrderStore::new(config.order.url.expose(), &config.order.key_prefix)?),
        ..app.clone()
    };
    Ok(jobs::LineThread { app, jobs: process.jobs_on_own_thread("lines").map_err(StartError::LineThread)? })
}

/// Tells in this replica's health which store is missing. Without PostgreSQL nothing can be answered; without Redis lines go on
/// in mode `DIRECT`, without RabbitMQ promotions and what is told outside wait in the journal.
fn look_at_stores(config: &Config, app: &App, process: &Process) -> Result<(), StartError> {
    let database = postgres::Pulse::of(&config.database, process.name())?;
    process.stands_on("postgres", Without::NotReady, move || {
        let database = database.clone();
        async move { database.answers().await }
    });
    let order = app.order.clone();
    process.stands_on("redis", Without::GoesOn, move || {
        let order = order.clone();
        async move { order.is_well().await }
    });
    let broker = messaging::Pulse::of(&config.broker, process.name());
    process.stands_on("rabbitmq", Without::GoesOn, move || {
        let broker = broker.clone();
        async move { broker.answers().await }
    });
    Ok(())
}

/// Brings the tables up to date.
pub async fn migrate(config: Config, _clock: Clock, arguments: clap::ArgMatches) -> Result<(), MigrateError> {
    postgres::migrate_as_asked(&config.database, &TABLES, &arguments).await
}
