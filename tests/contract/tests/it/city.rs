//! The six services, as they are deployed, with nobody in them.

use std::path::Path;

use auth::{Issuer, IssuerConfig, TokenLifetime};
use stack::addresses::STORES_VARIABLE;
use stack::{Addresses, Durability, Service, city, secrets};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tonic::transport::{Channel, Endpoint};

/// Running services. They end with the test binary.
pub struct City {
    pub stack: stack::City,
    pub people: Issuer,
    _folder: TempDir,
}

impl City {
    /// The one that all tests of this binary share: they change nothing in it.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<City> = OnceCell::const_new();
        SHARED.get_or_init(|| async { Self::of(&Service::ALL) }).await
    }

    /// One that has these services, and is a test's own.
    pub fn of(services: &[Service]) -> Self {
        tokio::task::block_in_place(|| Self::found(services))
    }

    fn found(services: &[Service]) -> Self {
        let addresses = Addresses::from_environment().unwrap();
        let addresses = addresses.unwrap_or_else(|| panic!("{STORES_VARIABLE} names no running stores"));
        let folder = tempfile::tempdir().unwrap();
        // Nobody is ever called: a test that got so far would fail.
        let nowhere = || "http://127.0.0.1:1".to_owned();
        let settings = city::Settings {
            name: format!("contract_{}", &secrets::random_password()[..8]),
            services: services.to_vec(),
            programs: programs(),
            durability: Durability::Memory,
            clock_offset_file: None,
            outside: city::Outside {
                secret: secrets::random_password(),
                sms_url: nowhere(),
                realname_url: nowhere(),
                bank_url: nowhere(),
                wallet_url: nowhere(),
            },
        };
        let stack = stack::City::found(&addresses, folder.path(), &settings).unwrap();
        let people = Issuer::load(&IssuerConfig {
            signing_key_file: stack.people_key_file(),
            previous_key_file: None,
            lifetime_s: TokenLifetime::DEFAULT,
        });
        Self { stack, people: people.unwrap(), _folder: folder }
    }

    /// A connection to each service; where several replicas run, to the first.
    pub fn channels(&self) -> Vec<(Service, Channel)> {
        let mut urls = self.stack.grpc_urls().unwrap();
        urls.dedup_by_key(|(service, _)| *service);
        urls.into_iter()
            .map(|(service, url)| (service, Endpoint::from_shared(url).unwrap().connect_lazy()))
            .collect()
    }
}

/// The services' programs lie one folder above the tests'.
fn programs() -> std::path::PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().and_then(Path::parent).unwrap().to_owned()
}
