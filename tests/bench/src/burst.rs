//! Everybody at once: how long until all are answered, and how the answers arrive over time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::cases::Bench;
use crate::house::REPLICAS;
use crate::load::{Clients, Target};
use crate::profile::{PARTIES, Profile, Spent, a_call};
use crate::report::median;

const CLIENTS: usize = 5_000;
const RUNS: usize = 3;
/// What part of the time of `postgres_only` a burst may take.
const AT_MOST: f64 = 0.1;
const SUBMISSIONS: u32 = 50_000;
/// The seats of the real programme: the city's, and the district's.
const SEATS: [i64; 4] = [3_000, 110, 0, 0];

/// Measures.
pub(crate) async fn run() -> Result<()> {
    let bench = Bench::found(Duration::from_secs(2))?;
    let size = bench.best_size("postgres_only", 256).await?;
    let mut ratios: [Vec<f64>; REPLICAS.len()] = Default::default();
    for run in 1..=RUNS {
        let (running, target) = bench.other("postgres_only", size).await?;
        let theirs = everybody(&target, CLIENTS).await?.all()?;
        drop(running);
        println!("run {run}: {CLIENTS} clients at once: postgres_only {:.2} s", theirs.as_secs_f64());
        for (replicas, ratios) in (1..).zip(&mut ratios) {
            bench.run_only(&REPLICAS[..replicas], false)?;
            let target = bench.house.line(&REPLICAS[..replicas], &[100_000; 4]).await?;
            let rush = everybody(&target, CLIENTS).await?;
            let ratio = rush.all()?.as_secs_f64() / theirs.as_secs_f64();
            ratios.push(ratio);
            rush.tell(replicas, ratio)?;
        }
    }
    for (replicas, ratios) in (1..).zip(ratios) {
        println!(
            "median, replicas: {replicas}: {:.3} of the time of postgres_only, wanted: at most {AT_MOST}",
            median(ratios)
        );
    }

    bench.run_only(&REPLICAS, false)?;
    let target = bench.house.line(&REPLICAS, &SEATS).await?;
    let rush = everybody(&target, SUBMISSIONS as usize).await?;
    println!("\n{SUBMISSIONS} submissions at once for {} seats:", SEATS.iter().sum::<i64>());
    for tenth in 1..=10 {
        let at = rush.answered[rush.answered.len() * tenth / 10 - 1];
        println!("  {:>3} % answered after {:.2} s", tenth * 10, at.as_secs_f64());
    }
    println!("  processor time of a call, us: {}", rush.profile()?);
    let line = bench.house.read(&target).await?;
    anyhow::ensure!(line.arrivals == i64::from(SUBMISSIONS), "{} arrived", line.arrivals);
    Ok(())
}

/// What came of it.
struct Rush {
    /// When the answers came, first to last.
    answered: Vec<Duration>,
    /// What was spent until then.
    spent: Spent,
}

impl Rush {
    /// In how long all were answered.
    fn all(&self) -> Result<Duration> {
        self.answered.last().copied().context("answers")
    }

    /// Who spent how much on a call.
    fn profile(&self) -> Result<String> {
        let calls = u64::try_from(self.answered.len())?;
        let of = |party| {
            format!("{party} {:.0}", a_call(self.spent.get(party).copied().unwrap_or_default(), calls))
        };
        Ok(PARTIES.map(of).join(", "))
    }

    fn tell(&self, replicas: usize, ratio: f64) -> Result<()> {
        let after = |percent: usize| self.answered[self.answered.len() * percent / 100].as_secs_f64();
        println!(
            "  replicas: {replicas}: half after {:.2} s, 99 % after {:.2} s, all after {:.2} s, {ratio:.3} of that",
            after(50),
            after(99),
            self.all()?.as_secs_f64()
        );
        println!("  processor time of a call, us: {}", self.profile()?);
        Ok(())
    }
}

/// So many clients send in the same moment, each until it is answered.
async fn everybody(target: &Target, count: usize) -> Result<Rush> {
    let clients = Arc::new(Clients::connect(target, 2_048).await?);
    let (start, begin) = tokio::sync::watch::channel(None);
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let (clients, mut begin) = (Arc::clone(&clients), begin.clone());
        tasks.spawn(async move {
            let begun: Instant = begin.wait_for(Option::is_some).await?.context("a beginning")?;
            clients.reserve_until_answered(number).await?;
            anyhow::Ok(begun.elapsed())
        });
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let profile = Profile::begin()?;
    start.send_replace(Some(Instant::now()));
    let mut answered = Vec::with_capacity(count);
    while let Some(task) = tasks.join_next().await {
        answered.push(task??);
    }
    let spent = profile.end()?;
    answered.sort_unstable();
    Ok(Rush { answered, spent })
}
