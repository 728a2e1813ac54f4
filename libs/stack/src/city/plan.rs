//! Which services there are, how often, and with what configuration: one entry for each, and nowhere else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Settings;
use crate::error::Error;
use crate::port::Port;
use crate::secrets::{self, ISSUER, Issuer, NAMESPACE};
use crate::service::Service;
use crate::services::ServicePlan;

/// What a service needs beyond what every service has.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// Section `broker`: events.
    Broker,
    /// Section `order`: the Redis that orders the lines.
    Order,
    /// Section `codes`: the Redis of one-time codes.
    Codes,
    /// Section `sealing`: the keys that seal people's data.
    Keyring,
    /// Section `tokens`: the key that signs people's tokens.
    PeopleKey,
    /// Section `account`: our own token, which neighbours know us by.
    Account,
    /// A section named after another service, with its address.
    Neighbour(Service),
    /// Section `sms`.
    Sms,
    /// Section `realname`.
    RealName,
    /// Section `bank`.
    Bank,
    /// Section `wallet`.
    Wallet,
    /// Section `materials`: the folder of uploaded files.
    Materials,
    /// Lines as they are.
    Text(&'static str),
}

/// One service.
struct Entry {
    service: Service,
    /// How many of it run.
    instances: usize,
    parts: &'static [Part],
}

/// Adding a service is adding an entry.
const ENTRIES: [Entry; 6] = [
    Entry {
        service: Service::Identity,
        instances: 1,
        parts: &[
            Part::PeopleKey,
            Part::Keyring,
            Part::Codes,
            Part::Sms,
            Part::RealName,
            Part::Text("[invitations]\nbase_url = \"https://zgjy.example.cn\"\n"),
        ],
    },
    Entry {
        service: Service::Review,
        instances: 1,
        parts: &[Part::Broker, Part::Neighbour(Service::Identity)],
    },
    Entry {
        service: Service::Quota,
        instances: 2,
        parts: &[Part::Broker, Part::Order, Part::Neighbour(Service::Identity)],
    },
    Entry {
        service: Service::Enrollment,
        instances: 1,
        parts: &[Part::Broker, Part::Account, Part::Neighbour(Service::Identity)],
    },
    Entry {
        service: Service::Subsidy,
        instances: 1,
        parts: &[
            Part::Broker,
            Part::Keyring,
            Part::Account,
            Part::Neighbour(Service::Identity),
            Part::Neighbour(Service::Enrollment),
            Part::Neighbour(Service::Quota),
            Part::Materials,
        ],
    },
    Entry {
        service: Service::Payment,
        instances: 1,
        parts: &[
            Part::Broker,
            Part::Keyring,
            Part::Account,
            Part::Neighbour(Service::Identity),
            Part::Neighbour(Service::Subsidy),
            Part::Bank,
            Part::Wallet,
        ],
    },
];

/// One instance of a service, and where it will listen.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) service: Service,
    pub(super) name: String,
    grpc: Port,
    metrics: Port,
}

/// Everything that configurations speak of.
pub(super) struct Site<'a> {
    pub(super) settings: &'a Settings,
    pub(super) secrets: &'a Path,
    pub(super) issuer: &'a Issuer,
    pub(super) order_url: &'a str,
    pub(super) codes_url: &'a str,
    pub(super) broker_url: String,
    pub(super) databases: BTreeMap<Service, String>,
    /// Where each service answers: its instances, divided by commas.
    pub(super) addresses: BTreeMap<Service, String>,
}

/// The instances of the chosen services.
pub(super) fn instances(services: &[Service]) -> Result<Vec<Instance>, Error> {
    let entries = ENTRIES.iter().filter(|entry| services.contains(&entry.service));
    let names = entries.flat_map(|entry| {
        let alone = entry.instances == 1;
        (1..=entry.instances).map(move |number| {
            let name = if alone { entry.service.to_string() } else { format!("{}-{number}", entry.service) };
            (entry.service, name)
        })
    });
    names
        .map(|(service, name)| Ok(Instance { service, name, grpc: Port::claim()?, metrics: Port::claim()? }))
        .collect()
}

/// Where each service answers.
pub(super) fn addresses(instances: &[Instance]) -> BTreeMap<Service, String> {
    let mut addresses: BTreeMap<Service, Vec<String>> = BTreeMap::new();
    for instance in instances {
        addresses.entry(instance.service).or_default().push(format!("http://{}", instance.grpc.address()));
    }
    addresses.into_iter().map(|(service, several)| (service, several.join(","))).collect()
}

/// The key that identity signs people's tokens with.
pub(super) fn people_key_file(secrets: &Path) -> PathBuf {
    secrets.join("people.pem")
}

impl Site<'_> {
    /// How the instance is run.
    pub(super) fn plan(&self, instance: Instance, programs: &Path) -> Result<ServicePlan, Error> {
        let config = self.config(&instance)?;
        let Instance { service, name, grpc, metrics } = instance;
        Ok(ServicePlan {
            name,
            binary: programs.join(service.name()),
            config,
            setup: vec![vec!["migrate".to_owned()]],
            environment: Vec::new(),
            grpc,
            metrics,
        })
    }

    fn config(&self, instance: &Instance) -> Result<String, Error> {
        let mut text = self.common(instance)?;
        let entry = ENTRIES.iter().find(|entry| entry.service == instance.service);
        for part in entry.map_or(&[][..], |entry| entry.parts) {
            text.push_str(&self.section(instance.service, *part)?);
        }
        Ok(text)
    }

    /// What every service has.
    fn common(&self, instance: &Instance) -> Result<String, Error> {
        let service = instance.service;
        let audit_key = self.secrets.join(format!("audit-{service}.pem"));
        secrets::kept_signing_key(&audit_key)?;
        let clock = self.settings.clock_offset_file.as_ref();
        let clock =
            clock.map(|file| format!("[clock]\noffset_file = \"{}\"\n", file.display())).unwrap_or_default();
        Ok(format!(
            "[server]\naddress = \"{grpc}\"\n\
             [telemetry]\nmetrics_address = \"{metrics}\"\n\
             {clock}\
             [database]\nurl = \"{database}\"\n\
             [auth.services]\nissuer = \"{ISSUER}\"\nnamespace = \"{NAMESPACE}\"\njwks = \"{jwks}\"\n\
             [audit]\nsigning_key_file = \"{audit_key}\"\n",
            grpc = instance.grpc.address(),
            metrics = instance.metrics.address(),
            database = self.databases.get(&service).map_or("", String::as_str),
            jwks = self.issuer.key_set_file().display(),
            audit_key = audit_key.display(),
        ))
    }

    fn section(&self, service: Service, part: Part) -> Result<String, Error> {
        let Settings { outside, .. } = self.settings;
        let secret = &outside.secret;
        Ok(match part {
            Part::Broker => format!("[broker]\nurl = \"{}\"\n", self.broker_url),
            Part::Order => format!("[order]\nurl = \"{}\"\n", self.order_url),
            Part::Codes => format!("[codes]\nurl = \"{}\"\n", self.codes_url),
            Part::Keyring => {
                let file = self.secrets.join(format!("keyring-{service}.toml"));
                secrets::kept_keyring(&file)?;
                format!("[sealing]\nkeyring_file = \"{}\"\n", file.display())
            }
            Part::PeopleKey => {
                let file = people_key_file(self.secrets);
                secrets::kept_signing_key(&file)?;
                format!("[tokens]\nsigning_key_file = \"{}\"\n", file.display())
            }
            Part::Account => {
                let file = self.issuer.service_token_file(service.name())?;
                format!("[account]\ntoken_file = \"{}\"\n", file.display())
            }
            Part::Neighbour(other) => {
                let address = self.addresses.get(&other).map_or("http://127.0.0.1:1", String::as_str);
                format!("[{other}]\naddress = \"{address}\"\n")
            }
            Part::Sms => format!("[sms]\nurl = \"{}\"\nsecret = \"{secret}\"\n", outside.sms_url),
            Part::RealName => {
                format!("[realname]\nurl = \"{}\"\nsecret = \"{secret}\"\n", outside.realname_url)
            }
            Part::Bank => format!("[bank]\nurl = \"{}\"\nsecret = \"{secret}\"\n", outside.bank_url),
            Part::Wallet => format!("[wallet]\nurl = \"{}\"\nsecret = \"{secret}\"\n", outside.wallet_url),
            Part::Materials => {
                let folder = self.secrets.with_file_name("materials");
                format!("[materials]\nfolder = \"{}\"\n", folder.display())
            }
            Part::Text(text) => text.to_owned(),
        })
    }
}
