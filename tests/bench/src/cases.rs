//! Calls per second and latency of each case, at 64 and 256 calls in flight, in turns, in one run.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use stack::Service;

use crate::house::{House, REPLICAS, SEATS};
use crate::load::{self, Clients, Measured, Target, Until};
use crate::profile::{self, PARTIES};
use crate::report::{self, Row, median};
use crate::targets;

/// What is measured, in the order of the table.
const CASES: [&str; 6] =
    ["echo", "reserve", "reserve_two_replicas", "ordered_only", "postgres_only", "postgres_function"];
const IN_FLIGHT: [usize; 2] = [64, 256];
/// Before it is measured, a case runs for so long.
const WARM_UP: Duration = Duration::from_secs(1);
/// Sizes of the pool of connections of which a baseline gets its best.
const CONNECTIONS: [u32; 4] = [4, 8, 16, 32];

/// Measures.
pub(crate) async fn run(seconds: u64, runs: usize, only: &[String]) -> Result<()> {
    let cases: Vec<&str> =
        CASES.into_iter().filter(|case| only.is_empty() || only.iter().any(|one| one == case)).collect();
    let bench = Bench::found(Duration::from_secs(seconds))?;
    let mut sizes = BTreeMap::new();
    for case in cases.iter().filter(|case| case.starts_with("postgres")) {
        for in_flight in IN_FLIGHT {
            sizes.insert((*case, in_flight), bench.best_size(case, in_flight).await?);
        }
    }
    let mut measured: BTreeMap<(&str, usize), Vec<Measured>> = BTreeMap::new();
    for run in 1..=runs {
        for in_flight in IN_FLIGHT {
            for case in &cases {
                let size = sizes.get(&(*case, in_flight)).copied().unwrap_or_default();
                let one = bench
                    .measure(case, in_flight, size, bench.length)
                    .await
                    .with_context(|| (*case).to_owned())?;
                eprintln!("run {run}: {case} at {in_flight}: {:.0} calls/s", one.calls_per_s());
                measured.entry((case, in_flight)).or_default().push(one);
            }
        }
    }
    let rows = rows(&cases, &measured);
    report::print(&rows);
    report::print_profile(&rows);
    targets::print(|case| measured.get(&(case, targets::IN_FLIGHT)).map_or(&[], Vec::as_slice));
    for ((case, in_flight), size) in sizes {
        println!("{case} at {in_flight} in flight: best with {size} connections of {CONNECTIONS:?}");
    }
    report::write(&rows, &crate::house::programs()?.join("../quota.json"))
}

fn rows(cases: &[&str], measured: &BTreeMap<(&str, usize), Vec<Measured>>) -> Vec<Row> {
    let mut rows = Vec::new();
    for in_flight in IN_FLIGHT {
        let echo: Vec<f64> =
            measured.get(&("echo", in_flight)).into_iter().flatten().map(Measured::calls_per_s).collect();
        for case in cases {
            let runs = &measured[&(*case, in_flight)];
            let of = |what: fn(&Measured) -> f64| median(runs.iter().map(what).collect());
            rows.push(Row {
                case: (*case).to_owned(),
                in_flight,
                calls_per_s: of(Measured::calls_per_s),
                p50_ms: of(|run| run.quantile_ms(0.5)),
                p99_ms: of(|run| run.quantile_ms(0.99)),
                ratio_to_echo: runs.iter().zip(&echo).map(|(run, echo)| run.calls_per_s() / echo).collect(),
                processor_us: PARTIES.map(|party| (party, profile::of_a_call(runs, party))).into(),
            });
        }
    }
    rows
}

pub(crate) struct Bench {
    pub(crate) house: House,
    length: Duration,
}

/// A program that is killed when it is dropped.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Bench {
    /// Starts everything; each case will be measured for so long.
    pub(crate) fn found(length: Duration) -> Result<Self> {
        Ok(Self { house: tokio::task::block_in_place(House::found)?, length })
    }

    async fn measure(&self, case: &str, in_flight: usize, size: u32, length: Duration) -> Result<Measured> {
        match case {
            "reserve" => self.reserve(&REPLICAS[..1], in_flight, length).await,
            "reserve_two_replicas" => self.reserve(&REPLICAS, in_flight, length).await,
            "ordered_only" => self.ordered_only(in_flight, length).await,
            _ => {
                let (_running, target) = self.other(case, size).await?;
                loaded(&target, in_flight, length).await
            }
        }
    }

    /// Quota itself, with as many replicas as are asked, on a new line.
    async fn reserve(&self, replicas: &[&str], in_flight: usize, length: Duration) -> Result<Measured> {
        self.run_only(replicas, false)?;
        let target = self.house.line(replicas, &SEATS).await?;
        loaded(&target, in_flight, length).await
    }

    /// Quota that does not wait for PostgreSQL.
    async fn ordered_only(&self, in_flight: usize, length: Duration) -> Result<Measured> {
        self.run_only(&REPLICAS[..1], false)?;
        let target = self.house.line(&REPLICAS[..1], &SEATS).await?;
        self.run_only(&REPLICAS[..1], true)?;
        let measured = loaded(&target, in_flight, length).await?;
        self.run_only(&REPLICAS[..1], false)?;
        // What is ordered and not yet folded would be folded in the time of the case that comes next.
        self.house.settled(&target).await?;
        Ok(measured)
    }

    /// Lets these replicas run, and no other.
    pub(crate) fn run_only(&self, replicas: &[&str], ordered_only: bool) -> Result<()> {
        let services = self.house.city.services();
        tokio::task::block_in_place(|| {
            for replica in REPLICAS {
                let runs = services.process_id(replica)?.is_some();
                if !replicas.contains(&replica) {
                    services.terminate(replica)?;
                } else if ordered_only {
                    services.set_environment(replica, "YUANMENG_ORDERED_ONLY", "1")?;
                    services.restart(replica)?;
                } else if services.forget_environment(replica, "YUANMENG_ORDERED_ONLY")? || !runs {
                    services.restart(replica)?;
                }
            }
            Ok(())
        })
    }

    /// Starts what quota is compared with.
    pub(crate) async fn other(&self, case: &str, size: u32) -> Result<(Running, Target)> {
        self.run_only(&[], false)?;
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        let database = self.house.city.database_url(Service::Quota).context("a database")?;
        match case {
            "echo" => command.args(["echo", &address.to_string()]),
            _ => command.args(["baseline", &address.to_string(), &baseline_url(database), &size.to_string()]),
        };
        if case == "postgres_function" {
            command.arg("--function");
        }
        let running = Running(command.stdin(Stdio::null()).spawn()?);
        let unions = (0..4).map(|_| uuid::Uuid::now_v7().to_string()).collect();
        let urls = vec![format!("http://{address}")];
        let target = Target { urls, token: None, programme: "bench".to_owned(), unions };
        for _ in 0..200 {
            if Clients::connect(&target, 1).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok((running, target))
    }

    /// The size of the pool of connections that is best for a baseline.
    pub(crate) async fn best_size(&self, case: &str, in_flight: usize) -> Result<u32> {
        let mut best = (0.0, 0);
        for size in CONNECTIONS {
            let rate = self.measure(case, in_flight, size, Duration::from_millis(1_500)).await?.calls_per_s();
            if rate > best.0 {
                best = (rate, size);
            }
        }
        Ok(best.1)
    }
}

/// Tables of their own, in a schema of their own.
fn baseline_url(database: &str) -> String {
    format!("{database}?options=-c%20search_path%3Dbaseline")
}

async fn loaded(target: &Target, in_flight: usize, length: Duration) -> Result<Measured> {
    let clients = Arc::new(Clients::connect(target, in_flight).await?);
    load::run(&clients, in_flight, Until::Elapsed(WARM_UP)).await?;
    load::run(&clients, in_flight, Until::Elapsed(length)).await
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
