//! Builds review from the inside out: stores, verbs, jobs, then the doors.

use auth::Verifier;
use clap::ArgMatches;
use messaging::MessagingError;
use proto::review::case_service_server::CaseServiceServer;
use runtime::{Clock, Doors, Process};
use sqlx::migrate::{MigrateError, Migrator};
use tonic::service::Routes;

use crate::app::App;
use crate::clients::Identity;
use crate::config::Config;
use crate::events;
use crate::grpc::Cases;

static TABLES: Migrator = sqlx::migrate!();

/// Why review does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address of the database is none.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    /// The keys of the audit trail cannot be read.
    #[error("the audit trail has no keys")]
    Audit(#[from] audit::InvalidKeys),
    /// The address of identity is none.
    #[error("identity cannot be used")]
    Identity(#[from] channel::ConnectError),
    /// The server does not start, or failed.
    #[error("the server failed")]
    Serve(#[from] runtime::ServeError),
}

/// Starts review and runs it until the process is asked to end.
pub async fn start(config: Config, process: Process) -> Result<(), StartError> {
    let database = postgres::connect(&config.database, process.name())?;
    let app = App { database: database.clone(), clock: process.clock() };
    let trail = audit::Trail::new(database.clone(), process.name(), audit::Keys::load(&config.audit)?);

    let (store, broker, name) = (database.clone(), config.broker.clone(), process.name());
    process.spawn("relay", move |stop| messaging::relay(store.clone(), broker.clone(), name, stop));
    let (consumer, broker) = (events::consumer(&app), config.broker.clone());
    process.spawn("events", move |stop| consumer.clone().run(database.clone(), broker.clone(), stop));
    let kept = trail.clone();
    process.spawn("audit trail", move |stop| audit::keep(kept.clone(), stop));

    let identity = Identity::connect(&config.identity)?;
    let people = config.auth.people_keys(move || identity.clone().jwks());
    let verifier = Verifier::new(&config.auth, people);
    let routes = Routes::new(CaseServiceServer::new(Cases { app })).add_service(audit::door(trail));
    let doors = Doors { routes, descriptors: proto::FILE_DESCRIPTOR_SET };
    Ok(process.serve(&config.server, doors, auth::layer(verifier)).await?)
}

/// Brings the tables up to date.
pub async fn migrate(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MigrateError> {
    postgres::migrate_as_asked(&config.database, &TABLES, &arguments).await
}

/// Shows parked events, or replays them.
pub async fn parked(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MessagingError> {
    messaging::parked_as_asked(&config.broker, "review", &arguments).await
}
