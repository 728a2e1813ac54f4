//! Private PostgreSQL, Redis and RabbitMQ: started together, ended together, and hurt one by one in fault tests.

mod folder;
mod postgresql;
mod rabbitmq;
mod redis;
mod server;

use std::fs::File;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf, absolute};
use std::{fmt, thread};

pub use self::folder::{enterable, sweep};
use self::postgresql::PostgreSql;
use self::rabbitmq::RabbitMq;
use self::redis::Redis;
pub use self::server::Server;
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
    postgresql: Server,
    redis: Server,
    rabbitmq: Server,
    // Held as long as the stores run, so that nobody else starts servers on the same data.
    _lock: File,
}

impl Stores {
    /// Starts all three at once on the data in `folder`, made where there is none, and waits until they answer.
    pub fn start(folder: &Path, durability: Durability) -> Result<Self, Error> {
        let folder = &absolute(folder).map_err(Error::file(folder))?;
        let lock = folder::claim(folder)?;
        let postgresql = PostgreSql::in_folder(&folder.join("postgresql"), durability)?;
        let redis = Redis::in_folder(&folder.join("redis"), durability)?;
        let rabbitmq = RabbitMq::in_folder(&folder.join("rabbitmq"))?;
        let addresses = Addresses {
            postgres_url: postgresql.url(),
            redis_url: redis.url(),
            amqp_url: rabbitmq.url(),
            rabbitmq_management_url: rabbitmq.management_url(),
        };
        let stores = Self {
            folder: folder.to_owned(),
            addresses,
            postgresql: Server::of(postgresql),
            redis: Server::of(redis),
            rabbitmq: Server::of(rabbitmq),
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

    /// One of them, to be hurt.
    pub fn server(&self, store: Store) -> &Server {
        match store {
            Store::PostgreSql => &self.postgresql,
            Store::Redis => &self.redis,
            Store::RabbitMq => &self.rabbitmq,
        }
    }

    /// Stops all of them in good order.
    pub fn stop(&self) -> Result<(), Error> {
        self.each(Server::stop)
    }

    /// Does it to all stores at once; the first failure is told.
    fn each(&self, work: impl Fn(&Server) -> Result<(), Error> + Sync) -> Result<(), Error> {
        let work = &work;
        thread::scope(|scope| {
            let works = Store::ALL.map(|store| scope.spawn(move || work(self.server(store))));
            let outcomes = works.map(|work| work.join().unwrap_or_else(|panic| resume_unwind(panic)));
            outcomes.into_iter().collect()
        })
    }
}

impl Drop for Stores {
    fn drop(&mut self) {
        // Together, and not one after the other as their own drops would.
        let _ = self.stop();
    }
}

/// A Redis by itself, for whoever needs another one. Dropped, it is stopped.
#[derive(Debug)]
pub struct PrivateRedis {
    url: String,
    server: Server,
}

impl PrivateRedis {
    /// Starts it on the data in `folder`, made where there is none, and waits until it answers.
    pub fn start(folder: &Path, durability: Durability) -> Result<Self, Error> {
        let folder = &absolute(folder).map_err(Error::file(folder))?;
        // What is above it: the folder itself is the server's own, from its first start on.
        folder.parent().map_or(Ok(()), folder::enterable)?;
        let redis = Redis::in_folder(folder, durability)?;
        let private = Self { url: redis.url(), server: Server::of(redis) };
        private.server.start()?;
        Ok(private)
    }

    /// Where it listens, with its password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server, to be hurt.
    pub fn server(&self) -> &Server {
        &self.server
    }
}
