//! A private RabbitMQ, with an `epmd` of its own.
//!
//! The packaged wrapper changes user and folder, and an `epmd` that RabbitMQ starts itself survives it as a daemon. So the
//! server's own script is run, and `epmd` is a child of ours, on a port where no other Erlang node looks.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::Signal;

use super::folder::{private, private_file};
use super::server::Kind;
use crate::error::Error;
use crate::port::Port;
use crate::process::{Account, Launch};
use crate::{find, probe, secrets};

const ACCOUNT: &str = "rabbitmq";
const USER: &str = "yuanmeng";
/// Its `epmd` knows no other node, so every stack may use the same name, and a restart on other ports finds its data.
const NODE: &str = "yuanmeng@localhost";

#[derive(Debug)]
pub(super) struct RabbitMq {
    folder: PathBuf,
    data: PathBuf,
    server: PathBuf,
    epmd: PathBuf,
    account: Option<Account>,
    ports: Ports,
    password: String,
}

#[derive(Debug)]
struct Ports {
    amqp: Port,
    management: Port,
    distribution: Port,
    epmd: Port,
}

impl RabbitMq {
    pub(super) fn in_folder(folder: &Path) -> Result<Self, Error> {
        let account = Account::for_server(ACCOUNT)?;
        private(folder, account)?;
        Ok(Self {
            folder: folder.to_owned(),
            data: folder.join("data"),
            server: server()?,
            epmd: find::program("epmd")
                .ok_or(Error::NotInstalled { program: "epmd", package: "rabbitmq-server" })?,
            account,
            ports: Ports {
                amqp: Port::claim()?,
                management: Port::claim()?,
                distribution: Port::claim()?,
                epmd: Port::claim()?,
            },
            password: secrets::kept_password(&folder.join("password"))?,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("amqp://{USER}:{}@{}/", self.password, self.ports.amqp.address())
    }

    pub(super) fn management_url(&self) -> String {
        format!("http://{USER}:{}@{}/", self.password, self.ports.management.address())
    }

    fn settings(&self) -> String {
        format!(
            "listeners.tcp.1 = {amqp}\n\
             management.tcp.ip = 127.0.0.1\n\
             management.tcp.port = {management}\n\
             default_user = {USER}\n\
             default_pass = {password}\n\
             default_user_tags.administrator = true\n\
             log.file = false\n\
             log.console = true\n\
             disk_free_limit.absolute = 50MB\n\
             raft.wal_max_size_bytes = 67108864\n",
            amqp = self.ports.amqp.address(),
            management = self.ports.management.number(),
            password = self.password,
        )
    }

    fn launch(&self, name: &str, program: &Path, log: &str) -> Launch {
        Launch::new(name, program)
            .log(self.folder.join(log))
            .account(self.account)
            .folder(&self.folder)
            .env("HOME", &self.folder)
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_EPMD_PORT", self.ports.epmd.number().to_string())
    }

    fn broker(&self) -> Launch {
        self.launch("RabbitMQ", &self.server, "log")
            // Makes the script become the server; otherwise it stays as its parent, and only it would die with us.
            .env("RUNNING_UNDER_SYSTEMD", "true")
            .env("RABBITMQ_NODENAME", NODE)
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", self.ports.amqp.number().to_string())
            .env("RABBITMQ_DIST_PORT", self.ports.distribution.number().to_string())
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")
            .env("RABBITMQ_MNESIA_BASE", &self.data)
            .env("RABBITMQ_LOG_BASE", &self.folder)
            .env("RABBITMQ_PID_FILE", self.folder.join("pid"))
            .env("RABBITMQ_CONFIG_FILE", self.folder.join("rabbitmq.conf"))
            // Not there, and so not the ones that belong to the machine's own RabbitMQ either.
            .env("RABBITMQ_CONF_ENV_FILE", self.folder.join("rabbitmq-env.conf"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", self.folder.join("advanced.config"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", self.folder.join("enabled_plugins"))
            .env("ERL_CRASH_DUMP", self.folder.join("erl_crash.dump"))
    }
}

impl Kind for RabbitMq {
    fn prepare(&self) -> Result<(), Error> {
        private(&self.data, self.account)?;
        private_file(&self.folder.join("rabbitmq.conf"), &self.settings(), self.account)?;
        private_file(&self.folder.join("enabled_plugins"), "[rabbitmq_management].\n", self.account)?;
        private_file(&self.folder.join(".erlang.cookie"), &self.password, self.account)
    }

    fn launches(&self) -> Result<Vec<Launch>, Error> {
        let port = self.ports.epmd.number().to_string();
        let epmd =
            self.launch("epmd", &self.epmd, "epmd.log").args(["-port", &port, "-address", "127.0.0.1"]);
        Ok(vec![epmd, self.broker()])
    }

    fn answers(&self) -> bool {
        let credentials = STANDARD.encode(format!("{USER}:{}", self.password));
        let authorization = format!("Basic {credentials}");
        let status =
            || probe::http_status(self.ports.management.number(), "/api/overview", Some(&authorization));
        probe::speaks_amqp(self.ports.amqp.number()) && status().is_ok_and(|status| status == 200)
    }

    fn farewell(&self) -> Signal {
        Signal::TERM
    }

    fn data(&self) -> &Path {
        &self.data
    }
}

/// The server's own script, beneath the wrapper that is in the path.
fn server() -> Result<PathBuf, Error> {
    let folders = fs::read_dir("/usr/lib/rabbitmq/lib").into_iter().flatten().flatten();
    folders
        .map(|entry| entry.path().join("sbin/rabbitmq-server"))
        .filter(|script| script.exists())
        .max()
        .ok_or(Error::NotInstalled { program: "rabbitmq-server", package: "rabbitmq-server" })
}
