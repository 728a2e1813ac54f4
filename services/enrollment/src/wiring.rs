//! Builds enrollment from the inside out: stores, neighbours, verbs, jobs, then the doors.

use auth::Verifier;
use channel::TokenFile;
use clap::ArgMatches;
use runtime::{Clock, Doors, Process};
use sqlx::migrate::{MigrateError, Migrator};

use crate::app::App;
use crate::clients::Identity;
use crate::config::Config;
use crate::grpc;

static TABLES: Migrator = sqlx::migrate!();

/// Why enrollment does not start.
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

/// Starts enrollment and runs it until the process is asked to end.
pub async fn start(config: Config, process: Process) -> Result<(), StartError> {
    let database = postgres::connect(&config.database, process.name())?;
    let identity = Identity::connect(&config.identity, TokenFile::new(config.account.token_file.clone()))?;
    let app = App { database: database.clone(), clock: process.clock(), identity: identity.clone() };
    let trail = audit::Trail::new(database.clone(), process.name(), audit::Keys::load(&config.audit)?);

    let (broker, name) = (config.broker.clone(), process.name());
    process.spawn("relay", move |stop| messaging::relay(database.clone(), broker.clone(), name, stop));
    let kept = trail.clone();
    process.spawn("audit trail", move |stop| audit::keep(kept.clone(), stop));

    let people = config.auth.people_keys(move || identity.clone().jwks());
    let verifier = Verifier::new(&config.auth, people);
    let routes = grpc::doors(&app).add_service(audit::door(trail));
    let doors = Doors { routes, descriptors: proto::FILE_DESCRIPTOR_SET };
    Ok(process.serve(&config.server, doors, auth::layer(verifier)).await?)
}

/// Brings the tables up to date.
pub async fn migrate(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MigrateError> {
    postgres::migrate_as_asked(&config.database, &TABLES, &arguments).await
}
