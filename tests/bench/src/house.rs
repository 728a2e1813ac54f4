//! Quota as it runs in a cluster, on private stores that keep what they are given: replicas, tokens, a line with four pools.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use proto::quota::{AddPoolRequest, CreateLineRequest, LineMode, Round, SetWindowsRequest};
use stack::{Durability, Service, Stores, city, secrets};
use tempfile::TempDir;
use testkit::Api;
use uuid::Uuid;

use crate::load::Target;

/// Both replicas.
pub(crate) const REPLICAS: [&str; 2] = ["quota-1", "quota-2"];
/// A line that has not moved for so long stands still.
const STANDS_STILL: std::time::Duration = std::time::Duration::from_secs(2);
/// The seats of each pool: nobody waits.
pub(crate) const SEATS: [i64; 4] = [100_000; 4];

/// Running stores and replicas. Dropped, all of it ends.
pub(crate) struct House {
    // In this order: services end before their stores, and stores before their folder.
    pub(crate) city: stack::City,
    _stores: Stores,
    lines: AtomicU32,
    _folder: TempDir,
}

impl House {
    /// Starts everything.
    pub(crate) fn found() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("yuanmeng-bench-").tempdir()?;
        open_to_servers(folder.path())?;
        let stores = Stores::start(&folder.path().join("stores"), Durability::Disk).context("stores")?;
        let settings = city::Settings {
            name: "bench".to_owned(),
            services: vec![Service::Identity, Service::Quota],
            programs: programs()?,
            durability: Durability::Disk,
            clock_offset_file: None,
            outside: city::Outside { secret: secrets::random_password(), ..city::Outside::default() },
        };
        let city = stack::City::found(stores.addresses(), folder.path(), &settings)?;
        for replica in REPLICAS {
            // Tracing is on, and a hundredth of all calls is traced.
            city.services().set_environment(replica, "OTEL_TRACES_SAMPLER", "parentbased_traceidratio")?;
            city.services().set_environment(replica, "OTEL_TRACES_SAMPLER_ARG", "0.01")?;
            // A rush is queued here, and not at its senders.
            city.services().set_environment(replica, "YUANMENG_SERVER__MAX_CALLS", "16384")?;
            city.services().set_environment(replica, "YUANMENG_LINE__QUEUE", "16384")?;
            city.services().restart(replica)?;
        }
        Ok(Self { city, _stores: stores, lines: AtomicU32::new(2021), _folder: folder })
    }

    /// A new line with an open round and four pools, asked for at these replicas.
    pub(crate) async fn line(&self, replicas: &[&str], seats: &[i64; 4]) -> Result<Target> {
        let url = |name: &&str| self.city.services().grpc_url(name);
        let urls = replicas.iter().map(url).collect::<Result<Vec<_>, _>>()?;
        let token = self.city.issuer().service_token("subsidy");
        let api = Api::at([(Service::Quota, urls[0].as_str())]).with_token(&token);
        // As long as a real one.
        let programme = format!("jinan-{}", self.lines.fetch_add(1, Ordering::Relaxed));
        let unions: Vec<String> = (0..4).map(|_| Uuid::now_v7().to_string()).collect();
        let id = || Uuid::now_v7().to_string();

        let line = CreateLineRequest { operation_id: id(), programme_id: programme.clone() };
        api.lines().create_line(line).await?;
        for ((number, union), seats) in unions.iter().enumerate().zip(seats) {
            let pool = AddPoolRequest {
                operation_id: id(),
                programme_id: programme.clone(),
                pool_id: format!("pool-{number}"),
                union_id: union.clone(),
                capacity: *seats,
            };
            api.pools().add_pool(pool).await?;
        }
        let now = std::time::SystemTime::now();
        let at = |hours: i64| prost_types::Timestamp {
            seconds: prost_types::Timestamp::from(now).seconds + hours * 3_600,
            nanos: 0,
        };
        let round = Round {
            round_id: "spring".to_owned(),
            opens_at: Some(at(-1)),
            closes_at: Some(at(24)),
            state: 0,
        };
        let windows =
            SetWindowsRequest { operation_id: id(), programme_id: programme.clone(), rounds: vec![round] };
        api.lines().set_windows(windows).await?;
        let target = Target { urls, token: Some(token), programme, unions };
        self.opened(&target).await?;
        Ok(target)
    }

    /// Waits until the round is open: a tick does it where nobody asks.
    async fn opened(&self, target: &Target) -> Result<()> {
        loop {
            let line = self.read(target).await?;
            if line.last_sequence >= 5 {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Waits until the line stands still: all that is ordered is folded.
    pub(crate) async fn settled(&self, target: &Target) -> Result<()> {
        let mut before = self.read(target).await?.last_sequence;
        loop {
            tokio::time::sleep(STANDS_STILL).await;
            let now = self.read(target).await?.last_sequence;
            if now == before {
                return Ok(());
            }
            before = now;
        }
    }

    /// The line as it is.
    pub(crate) async fn read(&self, target: &Target) -> Result<proto::quota::Line> {
        let api = Api::at([(Service::Quota, target.urls[0].as_str())]);
        let api = api.with_token(target.token.as_deref().unwrap_or_default());
        let asked = proto::quota::GetLineRequest { programme_id: target.programme.clone() };
        let line = api.proofs().get_line(asked).await?.into_inner().line.context("a line")?;
        anyhow::ensure!(line.mode() != LineMode::Halted, "the line is halted");
        Ok(line)
    }

    /// How much memory a replica holds, in bytes.
    pub(crate) fn memory(&self, replica: &str) -> Result<u64> {
        let id = self.city.services().process_id(replica)?.context("it does not run")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib * 1_024)
    }
}

/// The folder of this program, where the services' programs are too.
pub(crate) fn programs() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where this program is")?;
    Ok(own.parent().unwrap_or_else(|| Path::new(".")).to_owned())
}

fn open_to_servers(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?)
}
