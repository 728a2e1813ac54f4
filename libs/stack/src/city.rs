//! A whole city on running stores: databases, a virtual host, two Redis, keys, and the services, wired to one another.

mod bootstrap;
mod ground;
mod plan;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf, absolute};

pub use self::bootstrap::Bootstrap;
pub use self::ground::virtual_host;
use crate::addresses::Addresses;
use crate::error::Error;
use crate::secrets::Issuer;
use crate::service::Service;
use crate::services::Services;
use crate::stores::{Durability, PrivateRedis};

/// How a city is to be.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What its databases, roles and virtual host are called, so that several cities share the same stores.
    pub name: String,
    /// The services it has.
    pub services: Vec<Service>,
    /// The folder with their programs.
    pub programs: PathBuf,
    /// What may be lost with the machine's power.
    pub durability: Durability,
    /// A file with the offset of business time, in milliseconds.
    pub clock_offset_file: Option<PathBuf>,
    /// The servers outside.
    pub outside: Outside,
}

/// Where the outside world is.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// What its servers know us by.
    pub secret: String,
    /// The SMS gateway.
    pub sms_url: String,
    /// The real-name check.
    pub realname_url: String,
    /// The bank.
    pub bank_url: String,
    /// The app's wallet.
    pub wallet_url: String,
}

/// A running city. Dropped, its services and its Redis are stopped; its databases stay.
#[derive(Debug)]
pub struct City {
    // In this order: services end before what they stand on.
    services: Services,
    order: PrivateRedis,
    codes: PrivateRedis,
    issuer: Issuer,
    secrets: PathBuf,
    instances: Vec<(Service, String)>,
    databases: BTreeMap<Service, String>,
    broker_url: String,
}

impl City {
    /// Founds it, or wakes it up again, with its secrets and logs in `folder`.
    pub fn found(addresses: &Addresses, folder: &Path, settings: &Settings) -> Result<Self, Error> {
        let folder = &absolute(folder).map_err(Error::file(folder))?;
        let secrets = folder.join("secrets");
        fs::create_dir_all(&secrets).map_err(Error::file(&secrets))?;
        let issuer = Issuer::in_folder(&secrets.join("issuer"))?;
        let order = PrivateRedis::start(&folder.join("order"), settings.durability)?;
        let codes = PrivateRedis::start(&folder.join("codes"), settings.durability)?;
        let instances = plan::instances(&settings.services)?;
        let databases = ground::databases(addresses, &settings.name, &settings.services, &secrets)?;
        let broker_url = ground::virtual_host(addresses, &settings.name)?;
        let names = instances.iter().map(|instance| (instance.service, instance.name.clone())).collect();
        let site = plan::Site {
            settings,
            secrets: &secrets,
            issuer: &issuer,
            order_url: order.url(),
            codes_url: codes.url(),
            broker_url: broker_url.clone(),
            databases: databases.clone(),
            addresses: plan::addresses(&instances),
        };
        let plans: Result<Vec<_>, Error> =
            instances.into_iter().map(|instance| site.plan(instance, &settings.programs)).collect();
        let services = Services::in_folder(&folder.join("services"))?;
        services.start(plans?)?;
        Ok(Self { services, order, codes, issuer, secrets, instances: names, databases, broker_url })
    }

    /// The services, to be called and hurt.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The Redis that orders the lines.
    pub fn order(&self) -> &PrivateRedis {
        &self.order
    }

    /// The Redis of one-time codes and limits.
    pub fn codes(&self) -> &PrivateRedis {
        &self.codes
    }

    /// Who issues services' tokens, to be asked to renew them well within the hour.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Each instance of each service: its name, and where it answers gRPC.
    pub fn instances(&self) -> Result<Vec<(Service, &str, String)>, Error> {
        self.instances
            .iter()
            .map(|(service, name)| Ok((*service, name.as_str(), self.services.grpc_url(name)?)))
            .collect()
    }

    /// The database of a service, with the service's own role in it.
    pub fn database_url(&self, service: Service) -> Option<&str> {
        self.databases.get(&service).map(String::as_str)
    }

    /// The city's virtual host of the broker.
    pub fn broker_url(&self) -> &str {
        &self.broker_url
    }

    /// The Ed25519 key that identity signs people's tokens with, in PEM.
    pub fn people_key_file(&self) -> PathBuf {
        plan::people_key_file(&self.secrets)
    }
}
