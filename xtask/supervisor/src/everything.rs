//! A whole city on data that stays: started in order, its services' tokens renewed, ended in order.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use stack::{
    City, Durability, Interrupt, Launch, Process, Recorded, Service, Services, Store, Stores, city, secrets,
};
use supervisor::{Folder, Running};

/// What databases, roles and the virtual host are named after.
const NAME: &str = "development";
const GLANCE: Duration = Duration::from_millis(100);
/// The outside world needs a fraction of a second; this is for a machine that is busy building.
const OUTSIDE_START: Duration = Duration::from_secs(30);
/// The servers of the outside world, by their keys in its file of addresses, and what they are called here.
const OUTSIDE: [(&str, &str); 5] = [
    ("sms", "sms"),
    ("realname", "realname"),
    ("bank", "bank"),
    ("wallet", "wallet"),
    ("control", "outside"),
];

/// Everything that runs. Dropped, it is ended in good order.
pub(crate) struct Everything {
    // In this order: services end before the world that they call and the stores that they stand on.
    city: City,
    outside: Process,
    outside_addresses: Value,
    stores: Stores,
}

impl Everything {
    /// Starts all of it on the data in the folder, made where there is none.
    pub(crate) fn start(folder: &Folder, programs: &Path, interrupt: &Interrupt) -> Result<Self> {
        let begin = Instant::now();
        let stores = Stores::start(&folder.stores(), Durability::Disk).context("the stores do not start")?;
        println!("PostgreSQL, Redis and RabbitMQ are up after {:.1} s", begin.elapsed().as_secs_f32());
        ensure!(!interrupt.is_raised(), "interrupted");
        if !folder.clock_offset().exists() {
            fs::write(folder.clock_offset(), "0").context("the clock has no file")?;
        }
        let secret = secrets::kept_password(&folder.outside_secret())?;
        let (outside, outside_addresses) = open_outside(folder, programs, &secret)?;
        let at = |server: &str| outside_addresses[server].as_str().unwrap_or_default().to_owned();
        let settings = city::Settings {
            name: NAME.to_owned(),
            services: Service::ALL.to_vec(),
            programs: programs.to_owned(),
            durability: Durability::Disk,
            clock_offset_file: Some(folder.clock_offset()),
            outside: city::Outside {
                secret,
                sms_url: at("sms"),
                realname_url: at("realname"),
                bank_url: at("bank"),
                wallet_url: at("wallet"),
            },
        };
        let city = City::found(stores.addresses(), &folder.city(), &settings)
            .context("the services do not start")?;
        println!("the six services are ready after {:.1} s", begin.elapsed().as_secs_f32());
        Ok(Self { city, outside, outside_addresses, stores })
    }

    /// The services.
    pub(crate) fn services(&self) -> &Services {
        self.city.services()
    }

    /// What runs, to be written down.
    pub(crate) fn running(&self) -> Result<Vec<Running>> {
        let mut running = self.stores_running()?;
        for (key, name) in OUTSIDE {
            let url = self.outside_addresses[key].as_str().unwrap_or_default();
            // It answers nobody without its secret, so accepting must do.
            let readiness = url.replacen("http", "tcp", 1);
            running.push(entry(name, url, &readiness, Some(self.outside.id()))?);
        }
        let services = self.services();
        for (name, _) in services.status() {
            let readiness = format!("{}/readyz", services.metrics_url(&name)?);
            running.push(entry(&name, &services.grpc_url(&name)?, &readiness, services.process_id(&name)?)?);
        }
        Ok(running)
    }

    fn stores_running(&self) -> Result<Vec<Running>> {
        let addresses = self.stores.addresses();
        let id = |store| self.stores.server(store).process_id();
        let (order, codes) = (self.city.order(), self.city.codes());
        [
            ("postgresql", addresses.postgres_url.as_str(), id(Store::PostgreSql)),
            ("rabbitmq", addresses.amqp_url.as_str(), id(Store::RabbitMq)),
            ("redis", addresses.redis_url.as_str(), id(Store::Redis)),
            ("order", order.url(), order.server().process_id()),
            ("codes", codes.url(), codes.server().process_id()),
        ]
        .into_iter()
        .map(|(name, url, id)| entry(name, url, url, id))
        .collect()
    }

    /// Holds it until somebody asks us to end, or takes the folder away. What dies is told and stays dead, so that
    /// a developer sees it.
    pub(crate) fn hold(&self, mut running: Vec<Running>, folder: &Folder, interrupt: &Interrupt) {
        while !interrupt.is_raised() && folder.lock().exists() {
            if let Err(error) = self.city.issuer().renew_when_due() {
                eprintln!("the services' tokens cannot be renewed: {error}");
            }
            for dead in running.extract_if(.., |server| !server.process.is_alive()) {
                eprintln!("{0} has ended; `cargo xtask logs {0}` shows its last words", dead.name);
            }
            thread::sleep(GLANCE);
        }
    }
}

fn entry(name: &str, url: &str, readiness: &str, id: Option<u32>) -> Result<Running> {
    let process = id.and_then(Recorded::of).with_context(|| format!("{name} has ended already"))?;
    Ok(Running { name: name.to_owned(), url: url.to_owned(), readiness: readiness.to_owned(), process })
}

/// Runs the outside world and waits until it tells where it listens.
fn open_outside(folder: &Folder, programs: &Path, secret: &str) -> Result<(Process, Value)> {
    let addresses = folder.outside_addresses();
    let _ = fs::remove_file(&addresses);
    let launch = Launch::new("outside", programs.join("outside"))
        .args([Path::new("--addresses-file"), &addresses])
        .args([Path::new("--clock-offset-file"), &folder.clock_offset()])
        .env("OUTSIDE_SECRET", secret)
        .folder(folder.path())
        .log(folder.outside_log());
    let mut process = Process::spawn(launch)?;
    let end = Instant::now() + OUTSIDE_START;
    while !addresses.exists() {
        if process.wait(GLANCE).is_some() {
            return Err(process.failed("stopped while it was starting").into());
        }
        if Instant::now() > end {
            bail!(process.failed(format!("did not listen within {OUTSIDE_START:?}")));
        }
    }
    let text = fs::read(&addresses).context("the outside world does not say where it is")?;
    Ok((process, serde_json::from_slice(&text).context("the outside world's addresses cannot be read")?))
}
