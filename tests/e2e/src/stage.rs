//! What the story is played on: stores, the services of one city, the world outside, and the clock.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use outside::Outside;
use stack::addresses::STORES_VARIABLE;
use stack::{Addresses, City, Durability, Service, Stores, city, secrets, stores};
use tempfile::TempDir;
use testkit::{Api, BusinessClock};

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
    pub(crate) outside: Outside,
    pub(crate) clock: BusinessClock,
    _stores: Option<Stores>,
    folder: TempDir,
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
        let clock = BusinessClock::in_folder(folder.path(), BEGINNING)?;
        let secret = secrets::random_password();
        let outside = Outside::new(&secret);
        outside.follow(clock.file());
        let settings = city::Settings {
            name: format!("demo_{}", &secrets::random_password()[..8]),
            services: Service::ALL.to_vec(),
            programs: programs.to_owned(),
            durability: Durability::Memory,
            clock_offset_file: Some(clock.file().to_owned()),
            outside: neighbourhood(&outside, secret).await?,
        };
        // Starting waits for processes; meanwhile the servers outside must go on answering.
        tokio::task::block_in_place(|| {
            let (stores, addresses) = stores_on(ground, folder.path())?;
            let city = City::found(&addresses, &folder.path().join("city"), &settings)
                .context("the city cannot be founded")?;
            Ok(Self { city, outside, clock, _stores: stores, folder })
        })
    }

    /// The services, called by nobody in particular.
    pub(crate) fn api(&self) -> Result<Api> {
        let urls = self.city.grpc_urls()?;
        Ok(Api::at(urls.iter().map(|(service, url)| (*service, url.as_str()))))
    }

    /// Where the story may leave files while it is played.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

async fn neighbourhood(outside: &Outside, secret: String) -> Result<city::Outside> {
    Ok(city::Outside {
        secret,
        sms_url: format!("http://{}", outside.serve_sms().await?),
        realname_url: format!("http://{}", outside.serve_realname().await?),
        bank_url: format!("http://{}", outside.serve_bank().await?),
        wallet_url: format!("http://{}", outside.serve_wallet().await?),
    })
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
