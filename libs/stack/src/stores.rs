//! Private PostgreSQL, Redis and RabbitMQ: started together, ended together, and hurt one by one in fault tests.

mod folder;
mod postgresql;
mod rabbitmq;
mod redis;
mod server;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fmt, thread};

pub use self::folder::{reachable_by_servers, sweep};
use self::server::Server;
use crate::addresses::Addresses;
use crate::error::Error;

/// One of the stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Every service's tables.
    PostgreSql,
    /// The order of the line.
    Redis,
    /// The events.
    RabbitMq,
}

impl Store {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::PostgreSql, Self::Redis, Self::RabbitMq];
}

impl fmt::Display for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PostgreSql => "PostgreSQL",
            Self::Redis => "Redis",
            Self::RabbitMq => "RabbitMQ",
        })
    }
}

/// What may be lost when the whole machine loses power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was acknowledged.
    Disk,
    /// Everything. A killed server still loses nothing: what it wrote is with the kernel.
    Memory,
}

/// Running stores. Dropped, they are stopped.
#[derive(Debug)]
pub struct Stores {
    folder: PathBuf,
    addresses: Addresses,
    postgresql: Mutex<Server>,
    redis: Mutex<Server>,
    rabbitmq: Mutex<Server>,
    // Held as long as the stores run, so that nobody else starts servers on the same data.
    _lock: File,
}

impl Stores {
    /// Starts all three at once on the data in `folder`, made where there is none, and waits until they answer.
    pub fn start(folder: &Path, durability: Durability) -> Result<Self, Error> {
        let lock = folder::claim(folder)?;
        if !reachable_by_servers(folder) {
            return Err(Error::Unreachable(folder.to_owned()));
        }
        let postgresql = postgresql::PostgreSql::in_folder(&folder.join("postgresql"), durability)?;
        let redis = redis::Redis::in_folder(&folder.join("redis"), durability)?;
        let rabbitmq = rabbitmq::RabbitMq::in_folder(&folder.join("rabbitmq"))?;
        let addresses = Addresses {
            postgres_url: postgresql.url(),
            redis_url: redis.url(),
            amqp_url: rabbitmq.url(),
            rabbitmq_management_url: rabbitmq.management_url(),
        };
        let stores = Self {
            folder: folder.to_owned(),
            addresses,
            postgresql: Mutex::new(Server::of(postgresql)),
            redis: Mutex::new(Server::of(redis)),
            rabbitmq: Mutex::new(Server::of(rabbitmq)),
            _lock: lock,
        };
        stores.each(Server::start)?;
        stores.addresses.write(&stores.addresses_file())?;
        Ok(stores)
    }

    /// Where they listen.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The file that says so, for `YUANMENG_STORES`.
    pub fn addresses_file(&self) -> PathBuf {
        self.folder.join("stores.json")
    }

    /// Stops all of them in good order.
    pub fn stop(&self) -> Result<(), Error> {
        self.each(Server::stop)
    }

    /// `kill -9`.
    pub fn kill(&self, store: Store) -> Result<(), Error> {
        self.server(store).kill()
    }

    /// Freezes it: connections stay, answers do not come.
    pub fn pause(&self, store: Store) -> Result<(), Error> {
        self.server(store).pause()
    }

    /// Lets a frozen one go on.
    pub fn resume(&self, store: Store) -> Result<(), Error> {
        self.server(store).resume()
    }

    /// Starts it again on the same port and data, ending it in good order first where it still runs.
    pub fn restart(&self, store: Store) -> Result<(), Error> {
        let mut server = self.server(store);
        server.stop()?;
        server.start()
    }

    /// `kill -9`, its disk lost, and an empty one in its place on the same port.
    pub fn wipe(&self, store: Store) -> Result<(), Error> {
        let mut server = self.server(store);
        server.kill()?;
        server.forget()?;
        server.start()
    }

    /// Whether it runs.
    pub fn is_running(&self, store: Store) -> bool {
        self.server(store).is_running()
    }

    fn server(&self, store: Store) -> MutexGuard<'_, Server> {
        let server = match store {
            Store::PostgreSql => &self.postgresql,
            Store::Redis => &self.redis,
            Store::RabbitMq => &self.rabbitmq,
        };
        server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does it to all stores at once; the first failure is told.
    fn each(&self, work: impl Fn(&mut Server) -> Result<(), Error> + Sync) -> Result<(), Error> {
        let work = &work;
        thread::scope(|scope| {
            let works = Store::ALL.map(|store| scope.spawn(move || work(&mut self.server(store))));
            let outcomes =
                works.map(|work| work.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            outcomes.into_iter().collect()
        })
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
