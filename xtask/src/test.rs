//! `cargo xtask test`: every test, against private stores that are gone afterwards.

use std::time::Instant;

use anyhow::Result;
use stack::Interrupt;
use stack::addresses::STORES_VARIABLE;

use crate::private::PrivateStores;
use crate::{install, private, tool};

/// A test that cargo started must not go on when cargo was killed.
const DIES_WITH_CARGO: &str = r#"target."cfg(all())".runner = ["setpriv", "--pdeathsig=KILL"]"#;

/// How many seeds the simulator of the quota line runs, and how often each fault happens to real processes: short and long.
const LENGTHS: [(&str, &str, &str); 2] = [("YUANMENG_SEEDS", "2000", "20000"), ("YUANMENG_RUSHES", "1", "5")];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run what is random for longer: ten times as many lines of the simulator, five rushes under each fault
    #[arg(long)]
    long: bool,
    /// Leave the stores running afterwards, until Ctrl-C, to look at what the tests left
    #[arg(long)]
    keep: bool,
    /// What `cargo test` should get, such as `-p quota` or a part of a test's name
    #[arg(last = true)]
    filters: Vec<String>,
}

/// Installs what is missing, builds, starts stores, tests, stops.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    let begin = Instant::now();
    install::what_is_missing(interrupt)?;
    // Whatever is tested: a test runs the real programs of services that it does not belong to.
    tool::aloud(tool::cargo(tool::BUILD), interrupt)?;
    let built = begin.elapsed();

    let stores = PrivateStores::start()?;
    let tests = tool::cargo(["test", "--config", DIES_WITH_CARGO, "--no-fail-fast"])
        .args(scope(&arguments.filters))
        .args(&arguments.filters)
        .env(STORES_VARIABLE, stores.addresses_file());
    let tests = LENGTHS.iter().fold(tests, |tests, (variable, short, long)| {
        tests.env(variable, if arguments.long { long } else { short })
    });
    let outcome = tool::aloud(tests, interrupt);
    if arguments.keep {
        private::wait(&stores, interrupt);
    }
    drop(stores);
    let (built, total) = (built.as_secs(), begin.elapsed().as_secs());
    eprintln!("built in {built} s, tested in {} s; the stores are stopped", total - built);
    outcome
}

/// All crates, unless some are named.
fn scope(filters: &[String]) -> Option<&'static str> {
    let own =
        |word: &&String| *word == "--package" || word.starts_with("-p") || word.starts_with("--package=");
    filters.iter().take_while(|word| *word != "--").find(own).map_or(Some("--workspace"), |_| None)
}
