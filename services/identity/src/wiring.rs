//! Builds identity from the inside out: stores, the outside world, verbs, jobs, then the doors.

use std::sync::Arc;

use audit::{Keys, Trail};
use auth::{Issuer, Verifier};
use clap::{Arg, ArgMatches, Command};
use runtime::{Clock, Doors, Process};
use sealing::Keyring;
use sqlx::migrate::{MigrateError, Migrator};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::app::bootstrap::Bootstrap;
use crate::clients::{RealName, Sms};
use crate::config::Config;
use crate::error::Error;
use crate::grpc;
use crate::store::codes::Codes;

static TABLES: Migrator = sqlx::migrate!();

/// Why identity does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address of the database is none.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    /// The address of Redis is none.
    #[error("the store of codes cannot be used")]
    Codes(#[from] redis::RedisError),
    /// The keys of the audit trail cannot be read.
    #[error("the audit trail has no keys")]
    Audit(#[from] audit::InvalidKeys),
    /// The keys of people's tokens cannot be read.
    #[error("tokens have no keys")]
    Issuer(#[from] auth::InvalidIssuer),
    /// The keyring cannot be read.
    #[error("nothing can be sealed")]
    Keyring(#[from] sealing::InvalidKeyring),
    /// A client of the outside world cannot be made.
    #[error("the outside world cannot be called")]
    Outside(#[from] reqwest::Error),
    /// The server does not start, or failed.
    #[error("the server failed")]
    Serve(#[from] runtime::ServeError),
}

/// Starts identity and runs it until the process is asked to end.
pub async fn start(config: Config, process: Process) -> Result<(), StartError> {
    // gRPC brings its own; HTTP takes the process' default. Only the first installation counts.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let database = postgres::connect(&config.database, process.name())?;
    let issuer = Arc::new(Issuer::load(&config.tokens)?);
    let app = App {
        database: database.clone(),
        codes: Codes::connect(config.codes.url.expose())?,
        keyring: Arc::new(Keyring::load(&config.sealing.keyring_file)?),
        issuer: issuer.clone(),
        sms: Sms::new(config.sms)?,
        realname: RealName::new(config.realname)?,
        clock: process.clock(),
        invitation_base: config.invitations.base_url.into(),
        hashing: Arc::new(Semaphore::new(config.passwords.at_once)),
    };
    let trail = Trail::new(database, process.name(), Keys::load(&config.audit)?);
    let kept = trail.clone();
    process.spawn("audit trail", move |stop| audit::keep(kept.clone(), stop));

    let verifier = Verifier::new(&config.auth, issuer.key_source());
    let routes = grpc::doors(&app).add_service(audit::door(trail));
    let doors = Doors { routes, descriptors: proto::FILE_DESCRIPTOR_SET };
    Ok(process.serve(&config.server, doors, auth::layer(verifier)).await?)
}

/// Brings the tables up to date.
pub async fn migrate(config: Config, _: Clock, arguments: ArgMatches) -> Result<(), MigrateError> {
    postgres::migrate_as_asked(&config.database, &TABLES, &arguments).await
}

/// The command line of [`bootstrap`].
pub fn bootstrap_command() -> Command {
    let needed = |name: &'static str, help: &'static str| Arg::new(name).long(name).required(true).help(help);
    Command::new("bootstrap")
        .about("Makes the city federation, with its Culture Centre, and the first administrator, once")
        .arg(needed("name", "The city federation's name"))
        .arg(needed("administrative-code", "Its administrative code, such as 370100"))
        .arg(needed("administrator", "The first administrator's name"))
        .arg(needed("sign-in-name", "The name that the administrator signs in with"))
        .arg(needed(
            "id-number-file",
            "A file with the administrator's ID number: it does not belong on a command line",
        ))
}

/// Why the city is not made.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// An argument is not what it should be.
    #[error("--{0} is not right: {1}")]
    Argument(&'static str, String),
    /// It was made before.
    #[error("the city federation is there already")]
    Done,
    /// The keyring cannot be read.
    #[error("nothing can be sealed")]
    Keyring(#[from] sealing::InvalidKeyring),
    /// The database failed.
    #[error("the city federation cannot be made")]
    Failed(#[from] Error),
    /// The address of the database is none.
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
}

/// Makes the city and prints the secret that activates its administrator.
#[expect(clippy::print_stdout, reason = "the secret is this command's answer to the operator")]
pub async fn bootstrap(config: Config, clock: Clock, arguments: ArgMatches) -> Result<(), BootstrapError> {
    let command = Bootstrap {
        name: argument(&arguments, "name")?,
        administrative_code: argument(&arguments, "administrative-code")?,
        administrator: argument(&arguments, "administrator")?,
        sign_in_name: argument(&arguments, "sign-in-name")?,
        id_number: id_number(&arguments)?,
    };
    let database = postgres::connect(&config.database, "identity")?;
    let keyring = Keyring::load(&config.sealing.keyring_file)?;
    let secret = crate::app::bootstrap::bootstrap(&database, &keyring, &clock, command).await?;
    println!("{}", secret.ok_or(BootstrapError::Done)?);
    Ok(())
}

fn argument<T>(arguments: &ArgMatches, name: &'static str) -> Result<T, BootstrapError>
where
    T: std::str::FromStr<Err: ToString>,
{
    let text = arguments.get_one::<String>(name).map_or("", String::as_str);
    text.parse().map_err(|error: T::Err| BootstrapError::Argument(name, error.to_string()))
}

fn id_number(arguments: &ArgMatches) -> Result<vocabulary::IdNumber, BootstrapError> {
    const NAME: &str = "id-number-file";
    let path: String = argument(arguments, NAME)?;
    let wrong = |what: String| BootstrapError::Argument(NAME, what);
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    text.trim().parse().map_err(|error: vocabulary::InvalidIdNumber| wrong(error.to_string()))
}
