//! Private stores for one run of a command, in a folder that goes with them.

use std::env;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use stack::addresses::STORES_VARIABLE;
use stack::{Addresses, Durability, Interrupt, Stores, stores};
use tempfile::TempDir;

use crate::install;

const PREFIX: &str = "yuanmeng-stores-";
/// What was left by a run that was killed is cleared away once nobody can still be about to use it.
const ABANDONED: Duration = Duration::from_mins(10);

/// Running stores. Dropped, they are stopped and their data is gone.
pub(crate) struct PrivateStores {
    // In this order: the servers end before their folder goes.
    stores: Stores,
    _folder: TempDir,
}

impl PrivateStores {
    /// Starts fresh ones.
    pub(crate) fn start() -> Result<Self> {
        let parent = env::temp_dir();
        stores::sweep(&parent, PREFIX, ABANDONED);
        let begin = Instant::now();
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(&parent)
            .with_context(|| format!("cannot make a folder in {}", parent.display()))?;
        let stores = Stores::start(folder.path(), Durability::Memory).context("stores do not start")?;
        eprintln!("PostgreSQL, Redis and RabbitMQ are up after {:.1} s", begin.elapsed().as_secs_f32());
        Ok(Self { stores, _folder: folder })
    }

    /// Where they listen.
    pub(crate) fn addresses(&self) -> &Addresses {
        self.stores.addresses()
    }

    /// The file that says so.
    pub(crate) fn addresses_file(&self) -> PathBuf {
        self.stores.addresses_file()
    }
}

/// Runs stores until somebody asks us to end.
pub(crate) fn run_until(interrupt: &Interrupt) -> Result<()> {
    install::what_is_missing(interrupt)?;
    let stores = PrivateStores::start()?;
    wait(&stores, interrupt);
    Ok(())
}

/// Tells where the stores are, and waits for Ctrl-C.
pub(crate) fn wait(stores: &PrivateStores, interrupt: &Interrupt) {
    println!("export {STORES_VARIABLE}={}", stores.addresses_file().display());
    eprintln!("Ctrl-C ends them");
    while !interrupt.is_raised() {
        thread::sleep(Duration::from_millis(100));
    }
}
