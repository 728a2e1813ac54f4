//! A line of quota under every fault that its protocol promises to bear, at every step, and in an order that a number
//! decides: the same number, the same run. What runs is quota's own core (`services/quota/src/domain`); stores, replicas'
//! memories and senders are simulated. docs/QUOTA.md says what is promised (P1 to P7).
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong ends the run, where it went wrong"
)]

mod checker;
mod combiner;
mod orderer;
mod plan;
mod postgres;
mod redis;
mod replica;
mod sender;
mod world;

pub use plan::{Fault, Plan};
pub use world::{Report, run};

/// What a promise was broken by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

/// A store did not do what it was asked, or did it and the answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Failed;

/// Counts the steps of a run; to the clock of PostgreSQL, a step is a second.
type Step = u64;

/// What the law is told that time it is.
const fn moment(step: Step) -> quota::domain::Moment {
    quota::domain::Moment::from_secs(step)
}
