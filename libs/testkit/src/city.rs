//! A city for a test: real services on the running stores, the outside world, the clock, and a token for everybody.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use auth::{Issuer, IssuerConfig, Person as Bearer, TokenLifetime};
use outside::Outside;
use stack::{Addresses, Durability, Service, city, secrets};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Api, BusinessClock, stores};

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

/// What a city is founded with, and on.
#[derive(Debug)]
pub struct Site {
    /// What its databases are called, and its virtual host.
    pub name: String,
    /// Its services.
    pub services: Vec<Service>,
    /// The folder with their programs.
    pub programs: PathBuf,
    /// The stores.
    pub stores: Addresses,
    /// Where it keeps secrets, logs and uploaded files.
    pub folder: TempDir,
}

impl City {
    /// Founds it with these services, on the stores that `YUANMENG_STORES` names; business time runs from `moment`.
    ///
    /// # Panics
    /// Where there are no stores, or a service does not start.
    pub async fn found(services: &[Service], moment: &str) -> Self {
        let site = Site {
            name: format!("test_{}", &secrets::random_password()[..12]),
            services: services.to_vec(),
            programs: programs(),
            stores: stores(),
            folder: tempfile::tempdir().unwrap(),
        };
        Self::found_on(site, moment).await.unwrap()
    }

    /// Founds it on a site of the caller's choice.
    pub async fn found_on(site: Site, moment: &str) -> Result<Self> {
        let moment = moment.to_owned();
        // Servers live on the runtime that they were started on, and a city may outlive the test that founded it.
        world().spawn(async move { Self::build(site, &moment).await }).await?
    }

    async fn build(site: Site, moment: &str) -> Result<Self> {
        let Site { name, services, programs, stores, folder } = site;
        let clock = BusinessClock::in_folder(folder.path(), moment)?;
        let secret = secrets::random_password();
        let outside = Outside::new(&secret);
        outside.follow(clock.file());
        let settings = city::Settings {
            name,
            services,
            programs,
            durability: Durability::Memory,
            clock_offset_file: Some(clock.file().to_owned()),
            outside: city::Outside {
                sms_url: format!("http://{}", outside.serve_sms().await?),
                realname_url: format!("http://{}", outside.serve_realname().await?),
                bank_url: format!("http://{}", outside.serve_bank().await?),
                wallet_url: format!("http://{}", outside.serve_wallet().await?),
                secret,
            },
        };
        // Starting waits for processes; meanwhile the servers outside go on answering.
        let found = || stack::City::found(&stores, folder.path(), &settings);
        let stack = tokio::task::block_in_place(found).context("the city cannot be founded")?;
        let people = Issuer::load(&IssuerConfig {
            signing_key_file: stack.people_key_file(),
            previous_key_file: None,
            lifetime_s: TokenLifetime::DEFAULT,
        });
        Ok(Self { stack, outside, clock, people: people?, folder })
    }

    /// The services, called by nobody in particular.
    ///
    /// # Panics
    /// Never, while the city stands.
    pub fn api(&self) -> Api {
        let instances = self.stack.instances().unwrap();
        Self::at(instances.iter().map(|(service, _, url)| (*service, url.as_str())))
    }

    /// The services, of which an instance, such as `quota-2`, is the only one that is called.
    ///
    /// # Panics
    /// Where there is no such instance.
    pub fn instance(&self, service: Service, name: &str) -> Api {
        Self::at([(service, self.stack.services().grpc_url(name).unwrap().as_str())])
    }

    fn at<'a>(addresses: impl IntoIterator<Item = (Service, &'a str)>) -> Api {
        // A connection ends with the runtime that it was made on, and an official may outlive the test that appointed them.
        let _world = world().enter();
        Api::at(addresses)
    }

    /// The services, called by another service, or by the gateway.
    pub fn service(&self, name: &str) -> Api {
        self.api().with_token(&self.service_token(name))
    }

    /// What another service, or the gateway, is known by.
    pub fn service_token(&self, name: &str) -> String {
        self.stack.issuer().service_token(name)
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
