//! A line that grows: rate and latency at its beginning and at its end, memory, recovery, and a replica that begins anew.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cases::Bench;
use crate::house::REPLICAS;
use crate::load::{self, Clients, Measured, Target, Until};
use crate::report;

/// What is compared at the beginning and at the end.
const STRETCH: u64 = 10_000;
const IN_FLIGHT: usize = 256;
/// One stretch takes about a second, and the machine is noisy: the medians of so many at each end are compared too.
const STRETCHES: usize = 10;
/// The line is recovered when it has so many places.
const RECOVERED_AT: u64 = 100_000;

/// Measures.
pub(crate) async fn run(places: u64) -> Result<()> {
    let bench = Bench::found(Duration::from_secs(2))?;
    bench.run_only(&REPLICAS[..1], false)?;
    let target = bench.house.line(&REPLICAS[..1], &[3_000, 110, 50, 20]).await?;
    let clients = Arc::new(Clients::connect(&target, IN_FLIGHT).await?);
    let mut there = STRETCH;
    load::run(&clients, IN_FLIGHT, Until::Calls(STRETCH)).await?;
    let empty = bench.house.memory(REPLICAS[0])?;
    let mut stretches = Vec::new();
    while there < places {
        let measured = stretch(&clients, &mut there).await?;
        if there == RECOVERED_AT {
            recover(&bench, &target, there).await?;
        }
        if there.is_multiple_of(100_000) {
            tell(there, &measured);
        }
        stretches.push(measured);
    }
    let per_place = (bench.house.memory(REPLICAS[0])? - empty) / (there - STRETCH);
    compare(&stretches, 1);
    compare(&stretches, STRETCHES);
    println!("memory: {per_place} bytes a place");
    cold_replica(&bench, &target, there).await
}

async fn stretch(clients: &Arc<Clients>, there: &mut u64) -> Result<Measured> {
    let measured = load::run(clients, IN_FLIGHT, Until::Calls(STRETCH)).await?;
    *there += STRETCH;
    Ok(measured)
}

/// The last stretches to the first, by the medians of so many.
fn compare(stretches: &[Measured], count: usize) {
    let count = count.min(stretches.len());
    let (first, last) = (&stretches[..count], &stretches[stretches.len() - count..]);
    let rate = |some: &[Measured]| report::median(some.iter().map(Measured::calls_per_s).collect());
    let p99 = |some: &[Measured]| report::median(some.iter().map(|one| one.quantile_ms(0.99)).collect());
    println!(
        "the last {} places to the first, medians of {count}: rate {:.2} ({:.0} to {:.0} calls/s), p99 {:.2} ({:.1} to {:.1} ms)",
        STRETCH * count as u64,
        rate(last) / rate(first),
        rate(last),
        rate(first),
        p99(last) / p99(first),
        p99(last),
        p99(first),
    );
}

fn tell(there: u64, measured: &Measured) {
    println!(
        "at {there:>9} places: {:.0} calls/s, p50 {:.1} ms, p99 {:.1} ms",
        measured.calls_per_s(),
        measured.quantile_ms(0.5),
        measured.quantile_ms(0.99)
    );
}

/// Redis loses everything: until the next reservation is answered.
async fn recover(bench: &Bench, target: &Target, there: u64) -> Result<()> {
    let clients = Clients::connect(target, 1).await?;
    tokio::task::block_in_place(|| bench.house.city.order().server().wipe())?;
    let begun = Instant::now();
    clients.reserve_until_answered(0).await?;
    println!("recovery of {there} places after a wiped Redis: {:.2} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// The replica that knows the line ends; another one begins, and answers when it has folded it.
async fn cold_replica(bench: &Bench, line: &Target, there: u64) -> Result<()> {
    let services = bench.house.city.services();
    tokio::task::block_in_place(|| services.terminate(REPLICAS[0]))?;
    let begun = Instant::now();
    tokio::task::block_in_place(|| services.restart(REPLICAS[1]))?;
    let started = begun.elapsed();
    let target = Target { urls: vec![services.grpc_url(REPLICAS[1])?], ..line.clone() };
    Clients::connect(&target, 1).await?.reserve_until_answered(0).await?;
    println!(
        "a cold replica has caught up with {there} places after {:.2} s, of which {:.2} s until it takes calls",
        begun.elapsed().as_secs_f64(),
        started.as_secs_f64()
    );
    println!("it holds {} MiB", bench.house.memory(REPLICAS[1])? >> 20);
    Ok(())
}
