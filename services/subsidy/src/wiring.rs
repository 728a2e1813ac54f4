//! Builds subsidy from the inside out: stores, neighbours, verbs, jobs, then the doors.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use auth::Verifier;
use channel::TokenFile;
use clap::{Arg, ArgAction, ArgMatches, Command};
use messaging::MessagingError;
use runtime::{Clock, Doors, Process};
use sealing::Keyring;
use sqlx::migrate::{MigrateError, Migrator};
use tokio::sync::Semaphore;
use typeset::{Typesetter, fonts};

use crate::app::{App, ApplyError};
use crate::clients::{Enrollment, Files, Identity, InvalidFolder, Quota};
use crate::config::Config;
use crate::{events, grpc, jobs};

static TABLES: Migrator = sqlx::migrate!();

/// Why subsidy does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address of the database is none.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    /// The keys of the audit trail cannot be read.
    #[error("the audit trail has no keys")]
    Audit(#[from] audit::InvalidKeys),
    /// The keyring cannot be read.
    #[error("nothing can be sealed")]
    Keyring(#[from] sealing::InvalidKeyring),
    /// There is nothing to print with.
    #[error("forms cannot be printed")]
    Font(#[from] typeset::NoFont),
    /// Uploads cannot be kept.
    #[error("files cannot be kept")]
    Files(#[from] InvalidFolder),
    /// The address of a neighbour is none.
    #[error("a neighbour cannot be used")]
    Neighbour(#[from] channel::ConnectError),
    /// The server does not start, or failed.
    #[error("the server failed")]
    Serve(#[from] runtime::ServeError),
}

/// Starts subsidy and runs it until the process is asked to end.
pub async fn start(config: Config, process: Process) -> Result<(), StartError> {
    let database = postgres::connect(&config.database, process.name())?;
    let app = app(&config, &process)?;
    let trail = audit::Trail::new(database.clone(), process.name(), audit::Keys::load(&config.audit)?);

    let (store, broker, name) = (database.clone(), config.broker.clone(), process.name());
    process.spawn("relay", move |stop| messaging::relay(store.clone(), broker.clone(), name, stop));
    let (consumer, broker) = (events::consumer(&app), config.broker.clone());
    process.spawn("events", move |stop| consumer.clone().run(database.clone(), broker.clone(), stop));
    let kept = trail.clone();
    process.spawn("audit trail", move |stop| audit::keep(kept.clone(), stop));
    jobs::spawn(&app, &process);

    let identity = app.identity.clone();
    let people = config.auth.people_keys(move || identity.clone().jwks());
    let verifier = Verifier::new(&config.auth, people);
    let routes = grpc::doors(&app).add_service(audit::door(trail));
    let doors = Doors { routes, descriptors: proto::FILE_DESCRIPTOR_SET };
    Ok(process.serve(&config.server, doors, auth::layer(verifier)).await?)
}

fn app(config: &Config, process: &Process) -> Result<App, StartError> {
    let token = TokenFile::new(config.account.token_file.clone());
    Ok(App {
        database: postgres::connect(&config.database, process.name())?,
        clock: process.clock(),
        keyring: Arc::new(Keyring::load(&config.sealing.keyring_file)?),
        identity: Identity::connect(&config.identity, token.clone())?,
        enrollment: Enrollment::connect(&config.enrollment, token.clone())?,
        quota: Quota::connect(&config.quota, token)?,
        files: Files::in_folder(&config.materials.folder)?,
        uploads: Arc::new(Semaphore::new(config.materials.at_once)),
        looking: Arc::new(Semaphore::new(processors())),
        typesetter: Arc::new(Typesetter::new([fonts::read(config.printing.font_file.as_deref())?])?),
        printing: Arc::new(Semaphore::new(config.printing.at_once)),
    })
}

/// How many processors there are: more pictures than that are not decoded sooner, and each takes much memory.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Brings the tables up to date.
pub async fn migrate(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MigrateError> {
    postgres::migrate_as_asked(&config.database, &TABLES, &arguments).await
}

/// Shows parked events, or replays them.
pub async fn parked(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MessagingError> {
    messaging::parked_as_asked(&config.broker, "subsidy", &arguments).await
}

/// The command line of [`apply`].
pub fn apply_command() -> Command {
    Command::new("apply")
        .about("Applies a programme file; tells the difference first")
        .arg(
            Arg::new("file")
                .required(true)
                .value_parser(clap::value_parser!(PathBuf))
                .help("The programme, TOML"),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Tells the difference, and changes nothing"),
        )
}

/// Applies a programme file.
#[expect(clippy::print_stdout, reason = "the difference is this command's answer to the operator")]
pub async fn apply(config: Config, clock: Clock, arguments: ArgMatches) -> Result<(), ApplyError> {
    let database = postgres::connect(&config.database, "subsidy")?;
    let token = TokenFile::new(config.account.token_file.clone());
    let identity = Identity::connect(&config.identity, token.clone())?;
    let quota = Quota::connect(&config.quota, token)?;
    let file = arguments.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let text = std::fs::read_to_string(&file).map_err(|error| ApplyError::File(file, error))?;
    let plan = crate::app::read_programme(&identity, &text).await?;
    let dry_run = arguments.get_flag("dry-run");
    let difference = crate::app::apply_programme(&database, &clock, &quota, &plan, dry_run).await?;
    for line in &difference {
        println!("{line}");
    }
    println!(
        "{}",
        match (difference.is_empty(), dry_run) {
            (true, _) => "nothing to change",
            (false, true) => "dry run: nothing was changed",
            (false, false) => "applied",
        }
    );
    Ok(())
}
