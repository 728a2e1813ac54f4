//! A private Redis, which keeps everything it was given or says so: no eviction, an append-only file.

use std::path::{Path, PathBuf};

use rustix::process::Signal;

use super::Durability;
use super::folder::{private, private_file};
use super::server::Kind;
use crate::error::Error;
use crate::port::Port;
use crate::process::{Account, Launch};
use crate::{find, probe, secrets};

const ACCOUNT: &str = "redis";

#[derive(Debug)]
pub(super) struct Redis {
    folder: PathBuf,
    data: PathBuf,
    program: PathBuf,
    account: Option<Account>,
    port: Port,
    password: String,
    durability: Durability,
}

impl Redis {
    pub(super) fn in_folder(folder: &Path, durability: Durability) -> Result<Self, Error> {
        let account = Account::for_server(ACCOUNT)?;
        private(folder, account)?;
        Ok(Self {
            folder: folder.to_owned(),
            data: folder.join("data"),
            program: find::program("redis-server")
                .ok_or(Error::NotInstalled { program: "redis-server", package: "redis-server" })?,
            account,
            port: Port::claim()?,
            password: secrets::kept_password(&folder.join("password"))?,
            durability,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("redis://:{}@{}/", self.password, self.port.address())
    }

    fn settings_file(&self) -> PathBuf {
        self.folder.join("redis.conf")
    }

    fn settings(&self) -> String {
        let fsync = match self.durability {
            Durability::Disk => "everysec",
            Durability::Memory => "no",
        };
        format!(
            "bind 127.0.0.1\n\
             port {port}\n\
             requirepass {password}\n\
             dir {data}\n\
             save \"\"\n\
             appendonly yes\n\
             auto-aof-rewrite-min-size 512mb\n\
             appendfsync {fsync}\n\
             maxmemory-policy noeviction\n\
             daemonize no\n",
            port = self.port.number(),
            password = self.password,
            data = self.data.display(),
        )
    }
}

impl Kind for Redis {
    fn prepare(&self) -> Result<(), Error> {
        private(&self.data, self.account)?;
        private_file(&self.settings_file(), &self.settings(), self.account)
    }

    fn launches(&self) -> Result<Vec<Launch>, Error> {
        let launch = Launch::new("Redis", &self.program).log(self.folder.join("log"));
        Ok(vec![launch.account(self.account).folder(&self.folder).args([self.settings_file()])])
    }

    fn answers(&self) -> bool {
        probe::redis_answers(self.port.number(), &self.password)
    }

    fn farewell(&self) -> Signal {
        Signal::TERM
    }

    fn data(&self) -> &Path {
        &self.data
    }
}
