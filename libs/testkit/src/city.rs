//! A city for a test: real services on the running stores, the outside world, the clock, and a token for everybody.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use auth::{Issuer, IssuerConfig, Person as Bearer, TokenLifetime};
use outside::Outside;
use stack::addresses::STORES_VARIABLE;
use stack::{Addresses, Durability, Service, city, secrets};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Api, BusinessClock};

/// Running services and what is around them. Dropped, all of it ends.
pub struct City {
    /// The services, to be called and hurt.
    pub stack: stack::City,
    /// The servers outside, and their books.
    pub outside: Outside,
    /// Business time.
    pub clock: BusinessClock,
    people: Issuer,
    folder: TempDir,
}

impl City {
    /// Founds it with these services, on the stores that `YUANMENG_STORES` names; business time runs from `moment`.
    ///
    /// # Panics
    /// Where there are no stores, or a service does not start.
    pub async fn found(services: &[Service], moment: &str) -> Self {
        let (services, moment) = (services.to_vec(), moment.to_owned());
        // Servers live on the runtime that they were started on, and a city may outlive the test that founded it.
        world().spawn(async move { Self::build(&services, &moment).await }).await.unwrap()
    }

    async fn build(services: &[Service], moment: &str) -> Self {
        let addresses = Addresses::from_environment().unwrap();
        let addresses = addresses.unwrap_or_else(|| panic!("{STORES_VARIABLE} names no running stores"));
        let folder = tempfile::tempdir().unwrap();
        let clock = BusinessClock::in_folder(folder.path(), moment).unwrap();
        let secret = secrets::random_password();
        let outside = Outside::new(&secret);
        outside.follow(clock.file());
        let settings = city::Settings {
            name: format!("test_{}", &secrets::random_password()[..12]),
            services: services.to_vec(),
            programs: programs(),
            durability: Durability::Memory,
            clock_offset_file: Some(clock.file().to_owned()),
            outside: city::Outside {
                sms_url: format!("http://{}", outside.serve_sms().await.unwrap()),
                realname_url: format!("http://{}", outside.serve_realname().await.unwrap()),
                bank_url: format!("http://{}", outside.serve_bank().await.unwrap()),
                wallet_url: format!("http://{}", outside.serve_wallet().await.unwrap()),
                secret,
            },
        };
        let found = || stack::City::found(&addresses, folder.path(), &settings).unwrap();
        let stack = tokio::task::block_in_place(found);
        let people = Issuer::load(&IssuerConfig {
            signing_key_file: stack.people_key_file(),
            previous_key_file: None,
            lifetime_s: TokenLifetime::DEFAULT,
        });
        Self { stack, outside, clock, people: people.unwrap(), folder }
    }

    /// The services, called by nobody in particular.
    ///
    /// # Panics
    /// Never, while the city stands.
    pub fn api(&self) -> Api {
        let urls = self.stack.grpc_urls().unwrap();
        // A connection ends with the runtime that it was made on, and an official may outlive the test that appointed them.
        let _world = world().enter();
        Api::at(urls.iter().map(|(service, url)| (*service, url.as_str())))
    }

    /// The services, called by another service, or by the gateway.
    pub fn service(&self, name: &str) -> Api {
        self.api().with_token(&self.stack.issuer().service_token(name))
    }

    /// The services, called by a worker or an official whom identity need not know.
    pub fn person(&self, person: Bearer<'_>) -> Api {
        self.api().with_token(&self.token(person))
    }

    /// A token as identity would issue it.
    ///
    /// # Panics
    /// Never: the key was just loaded.
    pub fn token(&self, person: Bearer<'_>) -> String {
        self.people.issue(person).unwrap().text
    }

    /// Where a test may leave files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a subcommand of a service's program with its configuration; gives what it prints.
    pub fn run(&self, instance: &str, words: &[&str]) -> Result<String, stack::Error> {
        tokio::task::block_in_place(|| self.stack.services().run(instance, words))
    }
}

/// The services' programs lie one folder above the tests'.
fn programs() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().and_then(Path::parent).unwrap().to_owned()
}

/// A runtime that outlives every test.
pub(crate) fn world() -> &'static Runtime {
    static WORLD: OnceLock<Runtime> = OnceLock::new();
    WORLD.get_or_init(|| Runtime::new().unwrap())
}
