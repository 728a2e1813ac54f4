//! Thousands of lines, each with its own faults; and faults of the program itself, each of which is found.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

use quota::domain::Mutant;
use simulation::{Broken, Plan, Report, run};

/// How many seeds the short form runs; `YUANMENG_SEEDS` names another number.
const SEEDS: u64 = 2_000;
/// A planted fault is found within so many.
const FOUND_WITHIN: u64 = 10_000;

fn seeds() -> u64 {
    std::env::var("YUANMENG_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS)
}

/// P1 to P7, and: whatever fails, whenever it fails.
#[test]
fn no_fault_breaks_a_promise() {
    let first = std::env::var("YUANMENG_SEED").ok().and_then(|seed| seed.parse().ok());
    let seeds = first.map_or(0..seeds(), |seed: u64| seed..seed + 1);
    let mut reports: Vec<Report> = Vec::new();
    for seed in seeds {
        match run(Plan::new(seed), None) {
            Ok(report) => reports.push(report),
            Err(Broken(promise)) => {
                panic!(
                    "seed {seed}: {promise}; again with: YUANMENG_SEED={seed}\n{:#?}",
                    Plan::new(seed).faults
                )
            }
        }
    }
    let sum = |count: fn(&Report) -> usize| reports.iter().map(count).sum::<usize>();
    eprintln!(
        "{} lines: {} places given, {} operations refused, {} faults, {} went on without Redis, {} halted as they must",
        reports.len(),
        sum(|report| report.given),
        sum(|report| report.refused),
        sum(|report| report.faults),
        sum(|report| usize::from(report.went_direct)),
        sum(|report| usize::from(report.halted)),
    );
}

/// Each planted fault is found: what finds nothing proves nothing.
#[test]
fn every_planted_fault_is_found() {
    for mutant in Mutant::ALL {
        let found = (0..FOUND_WITHIN).find_map(|seed| {
            let Err(Broken(promise)) = run(Plan::new(seed), Some(mutant)) else { return None };
            Some((seed, promise))
        });
        let (seed, promise) = found.unwrap_or_else(|| panic!("{mutant:?} is not found"));
        eprintln!("{mutant:?}: seed {seed}, {promise}");
    }
}
