//! A private PostgreSQL.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;

use super::Durability;
use super::folder::{private, private_file};
use super::server::Kind;
use crate::error::Error;
use crate::port::Port;
use crate::process::{Account, Launch, Process};
use crate::{probe, secrets};

const ACCOUNT: &str = "postgres";
const CREATION: Duration = Duration::from_mins(1);

/// Six services, quota twice, each with a pool of connections, and a database for each test beside them.
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    // Sockets have paths, and paths are limited to 107 bytes: TCP does without.
    "unix_socket_directories=",
    "max_connections=400",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m %d ",
];
/// Commits still wait for the write, only not for the disk: a killed server loses nothing.
const WITHOUT_DISK: [&str; 2] = ["fsync=off", "full_page_writes=off"];

#[derive(Debug)]
pub(super) struct PostgreSql {
    folder: PathBuf,
    data: PathBuf,
    programs: PathBuf,
    account: Option<Account>,
    port: Port,
    password: String,
    durability: Durability,
}

impl PostgreSql {
    pub(super) fn in_folder(folder: &Path, durability: Durability) -> Result<Self, Error> {
        let account = Account::for_server(ACCOUNT)?;
        private(folder, account)?;
        Ok(Self {
            folder: folder.to_owned(),
            data: folder.join("data"),
            programs: programs()?,
            account,
            port: Port::claim()?,
            password: secrets::kept_password(&folder.join("password"))?,
            durability,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://postgres:{}@{}/postgres", self.password, self.port.address())
    }

    fn launch(&self, program: &str) -> Launch {
        Launch::new("PostgreSQL", self.programs.join(program))
            .log(self.folder.join("log"))
            .account(self.account)
            .folder(&self.folder)
            .env("HOME", &self.folder)
            // At once, but clearing away the memory it shares with its children, which SIGKILL would leave.
            .at_our_death("QUIT")
    }

    fn initdb(&self, target: &Path, password_file: &Path) -> Launch {
        let launch = self.launch("initdb").args([Path::new("--pgdata"), target]);
        let launch = launch.args([Path::new("--pwfile"), password_file]);
        let launch = launch.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"]);
        match self.durability {
            Durability::Disk => launch.args(["--locale=C.UTF-8"]),
            Durability::Memory => launch.args(["--locale=C.UTF-8", "--no-sync"]),
        }
    }
}

impl Kind for PostgreSql {
    /// Made beside its place and moved there when it is complete, so that a killed `initdb` leaves no half of one.
    fn prepare(&self) -> Result<(), Error> {
        if self.data.exists() {
            return Ok(());
        }
        let draft = self.folder.join("draft");
        if draft.exists() {
            fs::remove_dir_all(&draft).map_err(Error::file(&draft))?;
        }
        let password_file = self.folder.join("password.initdb");
        private_file(&password_file, &self.password, self.account)?;
        Process::run(self.initdb(&draft, &password_file), CREATION)?;
        fs::remove_file(&password_file).map_err(Error::file(&password_file))?;
        fs::rename(&draft, &self.data).map_err(Error::file(&self.data))
    }

    fn launches(&self) -> Result<Vec<Launch>, Error> {
        let more: &[&str] = match self.durability {
            Durability::Disk => &[],
            Durability::Memory => &WITHOUT_DISK,
        };
        let settings = SETTINGS.iter().chain(more).flat_map(|setting| ["-c", setting]);
        let launch = self.launch("postgres").args([Path::new("-D"), &self.data]);
        Ok(vec![launch.args(["-p", &self.port.number().to_string()]).args(settings)])
    }

    /// `postmaster.pid` says when it takes connections; an older file of that name may still lie there, so ask too.
    fn answers(&self) -> bool {
        let state = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        state.lines().nth(7).is_some_and(|line| line.trim() == "ready") && probe::accepts(self.port.number())
    }

    fn farewell(&self) -> Signal {
        Signal::INT
    }

    fn dismissal(&self) -> Signal {
        Signal::QUIT
    }

    fn data(&self) -> &Path {
        &self.data
    }
}

/// The folder of the newest PostgreSQL; Debian keeps its programs out of the path.
fn programs() -> Result<PathBuf, Error> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("postgres").exists())
        .max()
        .map(|(_, programs)| programs)
        .or_else(|| crate::find::program("initdb")?.parent().map(Path::to_owned))
        .ok_or(Error::NotInstalled { program: "postgres", package: "postgresql" })
}
