//! Builds payment from the inside out: stores, clients, verbs, jobs, then the doors.

use audit::Trail;
use auth::Verifier;
use channel::TokenFile;
use clap::ArgMatches;
use messaging::MessagingError;
use runtime::{Clock, Doors, Process};
use sealing::Keyring;
use sqlx::migrate::{MigrateError, Migrator};

use crate::app::App;
use crate::clients::{Bank, Identity, Subsidy, Wallet};
use crate::config::Config;
use crate::domain::PaymentChannel;
use crate::{events, grpc, jobs};

static TABLES: Migrator = sqlx::migrate!();

/// Why payment does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address of the database is none.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    /// The address of a neighbour is none.
    #[error("a neighbour cannot be used")]
    Neighbour(#[from] channel::ConnectError),
    /// Bank or wallet cannot be called.
    #[error("bank or wallet cannot be used")]
    Outside(#[from] reqwest::Error),
    /// The keys that seal payees cannot be read.
    #[error("there are no keys to seal with")]
    Sealing(#[from] sealing::InvalidKeyring),
    /// The keys of the audit trail cannot be read.
    #[error("the audit trail has no keys")]
    Audit(#[from] audit::InvalidKeys),
    /// The server does not start, or failed.
    #[error("the server failed")]
    Serve(#[from] runtime::ServeError),
}

/// Starts payment and runs it until the process is asked to end.
pub async fn start(config: Config, process: Process) -> Result<(), StartError> {
    // Whoever was first has installed it; the same provider serves them all.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let database = postgres::connect(&config.database, process.name())?;
    let token = TokenFile::new(config.account.token_file.clone());
    let app = App {
        database: database.clone(),
        clock: process.clock(),
        subsidy: Subsidy::connect(&config.subsidy, token)?,
        bank: Bank::new(config.bank.clone())?,
        wallet: Wallet::new(config.wallet.clone())?,
        keyring: Keyring::load(&config.sealing.keyring_file)?,
    };
    let trail = Trail::new(database, process.name(), audit::Keys::load(&config.audit)?);
    run_jobs(&app, &trail, &config, &process);

    let identity = Identity::connect(&config.identity)?;
    let people = config.auth.people_keys(move || identity.clone().jwks());
    let verifier = Verifier::new(&config.auth, people);
    let doors = Doors { routes: grpc::doors(&app, trail), descriptors: proto::FILE_DESCRIPTOR_SET };
    Ok(process.serve(&config.server, doors, auth::layer(verifier)).await?)
}

fn run_jobs(app: &App, trail: &Trail, config: &Config, process: &Process) {
    let (store, broker, name) = (app.database.clone(), config.broker.clone(), process.name());
    process.spawn("relay", move |stop| messaging::relay(store.clone(), broker.clone(), name, stop));
    let (consumer, store, broker) = (events::consumer(app), app.database.clone(), config.broker.clone());
    process.spawn("events", move |stop| consumer.clone().run(store.clone(), broker.clone(), stop));
    let payer = app.clone();
    process.spawn("bank", move |stop| jobs::pay(payer.clone(), PaymentChannel::Bank, stop));
    let payer = app.clone();
    process.spawn("wallet", move |stop| jobs::pay(payer.clone(), PaymentChannel::Wallet, stop));
    let opener = app.clone();
    process.spawn("waiting grants", move |stop| jobs::open_grants(opener.clone(), stop));
    let kept = trail.clone();
    process.spawn("audit trail", move |stop| audit::keep(kept.clone(), stop));
}

/// Brings the tables up to date.
pub async fn migrate(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MigrateError> {
    postgres::migrate_as_asked(&config.database, &TABLES, &arguments).await
}

/// Shows parked events, or replays them.
pub async fn parked(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MessagingError> {
    messaging::parked_as_asked(&config.broker, "payment", &arguments).await
}
