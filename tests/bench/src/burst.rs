//! Everybody at once: how long until all are answered, and how the answers arrive over time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::cases::Bench;
use crate::house::REPLICAS;
use crate::load::{Clients, Target};

const CLIENTS: usize = 5_000;
const SUBMISSIONS: u32 = 50_000;
/// The seats of the real programme: the city's, and the district's.
const SEATS: [i64; 4] = [3_000, 110, 0, 0];

/// Measures.
pub(crate) async fn run() -> Result<()> {
    let bench = Bench::found(Duration::from_secs(2))?;
    let size = bench.best_size("postgres_only", 256).await?;
    let mut ratios = Vec::new();
    for run in 1..=3 {
        bench.run_only(&REPLICAS, false)?;
        let target = bench.house.line(&REPLICAS, &[100_000; 4]).await?;
        let answered = everybody(&target, CLIENTS).await?;
        let after = |percent: usize| answered[answered.len() * percent / 100].as_secs_f64();
        println!("run {run}: half of them after {:.2} s, 99 % after {:.2} s", after(50), after(99));
        let ours = *answered.last().context("answers")?;
        let (running, target) = bench.other("postgres_only", size).await?;
        let theirs = *everybody(&target, CLIENTS).await?.last().context("answers")?;
        drop(running);
        ratios.push(ours.as_secs_f64() / theirs.as_secs_f64());
        println!(
            "run {run}: {CLIENTS} clients at once: quota {:.2} s, postgres_only {:.2} s, {:.3} of it",
            ours.as_secs_f64(),
            theirs.as_secs_f64(),
            ours.as_secs_f64() / theirs.as_secs_f64()
        );
    }
    println!("median: {:.3} of the time of postgres_only", crate::report::median(ratios));

    bench.run_only(&REPLICAS, false)?;
    let target = bench.house.line(&REPLICAS, &SEATS).await?;
    let answered = everybody(&target, SUBMISSIONS as usize).await?;
    println!("\n{SUBMISSIONS} submissions at once for {} seats:", SEATS.iter().sum::<i64>());
    for tenth in 1..=10 {
        let at = answered[answered.len() * tenth / 10 - 1];
        println!("  {:>3} % answered after {:.2} s", tenth * 10, at.as_secs_f64());
    }
    let line = bench.house.read(&target).await?;
    anyhow::ensure!(line.arrivals == i64::from(SUBMISSIONS), "{} arrived", line.arrivals);
    Ok(())
}

/// So many clients send in the same moment, each until it is answered; when the answers came, first to last.
async fn everybody(target: &Target, count: usize) -> Result<Vec<Duration>> {
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
    start.send_replace(Some(Instant::now()));
    let mut answered = Vec::with_capacity(count);
    while let Some(task) = tasks.join_next().await {
        answered.push(task??);
    }
    answered.sort_unstable();
    Ok(answered)
}
