//! `cargo xtask bench quota`: a release build beside the usual one, then the `bench` program on it.

use anyhow::{Result, bail};
use stack::Interrupt;

use crate::{install, tool, workspace};

/// A place of its own: this build has what a release must not have.
const TARGET: &str = "target/bench";
/// The services that are measured, with the one feature that only the benchmark uses, and what measures them.
const BUILD: [&str; 10] = [
    "build",
    "--release",
    "--package=quota",
    "--package=identity",
    "--package=bench",
    "--features=quota/ordered-only",
    "--target-dir",
    TARGET,
    "--quiet",
    "--locked",
];

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What is measured: `quota`
    subject: String,
    /// Only a part of it: `cases`, `burst` or `growth`; all three when none is named
    part: Option<String>,
    /// How often the cases are measured in turn
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

/// Builds and measures; nothing else should run meanwhile.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    if arguments.subject != "quota" {
        bail!("there is no benchmark of {}; there is one of quota", arguments.subject);
    }
    install::what_is_missing(interrupt)?;
    tool::aloud(tool::cargo(BUILD), interrupt)?;
    let program = workspace::root().join(TARGET).join("release/bench");
    let runs = arguments.runs.to_string();
    let parts = [vec!["cases", "--runs", &runs], vec!["burst"], vec!["growth"]];
    let chosen = |part: &&Vec<&str>| arguments.part.as_deref().is_none_or(|wanted| wanted == part[0]);
    for part in parts.iter().filter(chosen) {
        println!("\n== {}", part[0]);
        tool::aloud(tool::program(&program).args(part), interrupt)?;
    }
    Ok(())
}
