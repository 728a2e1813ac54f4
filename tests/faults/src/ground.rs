//! What a rush takes place on: stores of its own, identity, and two replicas of quota, all of which may be hurt.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use stack::{Durability, Server, Service, Services, Store, Stores, secrets, stores};
use tempfile::TempDir;
use testkit::{City, Site};

const PREFIX: &str = "yuanmeng-faults-";
/// What was left by a run that was killed is cleared away once nobody can still be about to use it.
const ABANDONED: Duration = Duration::from_mins(10);
const MOMENT: &str = "2021-05-05T00:00:00+08:00";
/// Both replicas.
pub const REPLICAS: [&str; 2] = ["quota-1", "quota-2"];
/// How the replicas are set up: with less patience than in a cluster, so that a line leaves a silent Redis within a rush.
const SETTINGS: [(&str, &str); 2] =
    [("YUANMENG_LINE__DIRECT_AFTER_MS", "1500"), ("YUANMENG_LINE__RETURN_AFTER_MS", "1500")];

/// Running stores and replicas. Dropped, all of it ends.
pub struct Ground {
    // In this order: services end before their stores, and stores before their folder.
    /// The services.
    pub city: City,
    stores: Stores,
    folder: TempDir,
}

impl Ground {
    /// Starts everything, with the services' programs from a folder.
    pub async fn found_in(programs: PathBuf) -> Result<Self> {
        let parent = std::env::temp_dir();
        stores::sweep(&parent, PREFIX, ABANDONED);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(&parent)
            .with_context(|| format!("cannot make a folder in {}", parent.display()))?;
        let start = || Stores::start(&folder.path().join("stores"), Durability::Memory);
        let stores = tokio::task::block_in_place(start).context("the stores do not start")?;
        let site = Site {
            name: format!("faults_{}", &secrets::random_password()[..8]),
            services: vec![Service::Identity, Service::Quota],
            programs,
            stores: stores.addresses().clone(),
            folder: tempfile::tempdir_in(folder.path())?,
        };
        let city = City::found_on(site, MOMENT).await?;
        let ground = Self { city, stores, folder };
        ground.hurt(|ground| {
            for replica in REPLICAS {
                for (variable, value) in SETTINGS {
                    ground.services().set_environment(replica, variable, value)?;
                }
                ground.services().restart(replica)?;
            }
            Ok(())
        })?;
        Ok(ground)
    }

    /// The replicas, to be hurt.
    pub fn services(&self) -> &Services {
        self.city.stack.services()
    }

    /// The Redis that gives the order, to be hurt.
    pub fn order(&self) -> &Server {
        self.city.stack.order().server()
    }

    /// PostgreSQL, to be hurt.
    pub fn postgresql(&self) -> &Server {
        self.stores.server(Store::PostgreSql)
    }

    /// A place for files that go with the ground.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Hurts something, on a thread that may wait for it.
    pub fn hurt<T>(&self, how: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        tokio::task::block_in_place(|| how(self))
    }
}
