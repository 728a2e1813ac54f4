//! Thousands of people at two real replicas, and one fault after the other; after each, P1 to P7 are checked and what was
//! counted is told. With a harness of its own: a rush needs the machine for itself, and tells what it counted even where all
//! is well.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod clients;
mod postgresql;
mod redis;
mod replicas;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Trial};

use crate::story::{Fault, World};

/// How often each fault is tried, with another rush each time.
const ROUNDS_VARIABLE: &str = "YUANMENG_RUSHES";

macro_rules! faults {
    ($($module:ident::$name:ident),* $(,)?) => {
        [$((concat!(stringify!($module), "::", stringify!($name)), (|story| Box::pin($module::$name(story))) as Fault)),*]
    };
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One at a time: each hurts what they share.
    arguments.test_threads = Some(1);
    let faults = faults![
        clients::nothing_fails,
        clients::many_hang_up,
        clients::the_window_opens_while_clocks_differ,
        redis::killed,
        redis::wiped,
        redis::a_stale_replica_is_promoted,
        redis::full,
        redis::demoted,
        redis::paused,
        replicas::killed,
        replicas::killed_between_append_and_commit,
        replicas::killed_between_commit_and_reply,
        replicas::frozen_inside_the_transaction,
        replicas::asked_to_end,
        postgresql::restarted_at_once,
        postgresql::set_back,
    ];
    let world = Arc::new(Mutex::new(World::new(programs())));
    let trials = faults.map(|(name, fault)| {
        let world = Arc::clone(&world);
        Trial::test(name, move || {
            for seed in 0..rounds() {
                world.lock().unwrap().play(name, seed, fault).map_err(|error| format!("{error:#}"))?;
            }
            Ok(())
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.into());
    drop(world);
    conclusion.exit_code()
}

fn rounds() -> u64 {
    std::env::var(ROUNDS_VARIABLE).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}

/// The services' programs lie one folder above the tests'.
fn programs() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned()
}
