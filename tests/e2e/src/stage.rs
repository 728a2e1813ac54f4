//! What the story is played on: a city, and its stores where it has its own.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use stack::addresses::STORES_VARIABLE;
use stack::{Addresses, Durability, Service, Stores, secrets, stores};
use tempfile::TempDir;
use testkit::{City, Site};

const PREFIX: &str = "yuanmeng-demo-";
/// What was left by a run that was killed is cleared away once nobody can still be about to use it.
const ABANDONED: Duration = Duration::from_mins(10);
/// The story begins while the programme is being prepared.
const BEGINNING: &str = "2021-04-26T09:00:00+08:00";

/// Where the stores come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// They are started for this story alone.
    Private,
    /// They run already, and `YUANMENG_STORES` names them.
    Given,
}

/// The set stage. Dropped, everything that was started is stopped.
pub struct Stage {
    // In this order: services end before their stores, and stores before their folder.
    pub(crate) city: City,
    _stores: Option<Stores>,
    _folder: TempDir,
}

impl Stage {
    /// Starts what the story needs, with the services' programs from a folder.
    pub async fn set(ground: Ground, programs: &Path) -> Result<Self> {
        let parent = std::env::temp_dir();
        stores::sweep(&parent, PREFIX, ABANDONED);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(&parent)
            .with_context(|| format!("cannot make a folder in {}", parent.display()))?;
        let (stores, addresses) = tokio::task::block_in_place(|| stores_on(ground, folder.path()))?;
        let site = Site {
            name: format!("demo_{}", &secrets::random_password()[..8]),
            services: Service::ALL.to_vec(),
            programs: programs.to_owned(),
            stores: addresses,
            folder: tempfile::tempdir_in(folder.path())?,
        };
        let city = City::found_on(site, BEGINNING).await?;
        Ok(Self { city, _stores: stores, _folder: folder })
    }
}

fn stores_on(ground: Ground, folder: &Path) -> Result<(Option<Stores>, Addresses)> {
    match ground {
        Ground::Private => {
            let stores = Stores::start(&folder.join("stores"), Durability::Memory)
                .context("the stores do not start")?;
            let addresses = stores.addresses().clone();
            Ok((Some(stores), addresses))
        }
        Ground::Given => {
            let addresses = Addresses::from_environment()?;
            Ok((None, addresses.with_context(|| format!("{STORES_VARIABLE} names no running stores"))?))
        }
    }
}
