//! `cargo xtask check`: all that can be checked without running the system, each step with its verdict.

mod chart;
mod contracts;
mod queries;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, bail};
use stack::Interrupt;

use crate::{install, tool, tools, workspace};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these steps, such as `clippy` or `chart`
    steps: Vec<String>,
    /// Take today's contracts as those that must not break from here on
    #[arg(long)]
    renew_contracts: bool,
}

/// One step: what it is called, what it does.
struct Step {
    name: &'static str,
    check: fn(&Interrupt) -> Result<()>,
}

const STEPS: [Step; 9] = [
    Step { name: "fmt", check: fmt },
    Step { name: "clippy", check: clippy },
    Step { name: "tidy", check: tidy },
    Step { name: "contracts", check: contracts::lint },
    Step { name: "breaking", check: contracts::breaking },
    Step { name: "deny", check: deny },
    Step { name: "machete", check: machete },
    Step { name: "queries", check: queries::are_current },
    Step { name: "chart", check: chart::is_valid },
];

/// Runs the steps, also after one that failed.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    if arguments.renew_contracts {
        return contracts::renew(interrupt);
    }
    install::what_is_missing(interrupt)?;
    let mut failed = Vec::new();
    for step in chosen(&arguments.steps)? {
        let begin = Instant::now();
        let outcome = (step.check)(interrupt);
        if interrupt.is_raised() {
            bail!("interrupted");
        }
        report(step.name, begin, outcome.as_ref().err());
        if outcome.is_err() {
            failed.push(step.name);
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>> {
    let known = |name: &str| STEPS.iter().any(|step| step.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        bail!("no step is called {unknown}; there are {}", STEPS.map(|step| step.name).join(", "));
    }
    Ok(STEPS.iter().filter(|step| names.is_empty() || names.iter().any(|name| name == step.name)).collect())
}

fn report(name: &str, begin: Instant, error: Option<&anyhow::Error>) {
    let seconds = begin.elapsed().as_secs_f32();
    match error {
        None => println!("{} {name:<10}{seconds:>7.1} s", coloured("✓", 32)),
        Some(error) => println!("{} {name:<10}{seconds:>7.1} s\n{error:#}\n", coloured("✗", 31)),
    }
}

fn coloured(text: &str, colour: u8) -> String {
    if io::stdout().is_terminal() { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Where a step's own words are kept.
fn log(step: &str) -> PathBuf {
    workspace::root().join(".yuanmeng/check").join(format!("{step}.log"))
}

fn fmt(interrupt: &Interrupt) -> Result<()> {
    tool::aloud(tool::cargo(["fmt", "--all", "--check"]), interrupt)
}

fn clippy(interrupt: &Interrupt) -> Result<()> {
    let clippy = tool::cargo(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    tool::aloud(clippy, interrupt)
}

fn tidy(interrupt: &Interrupt) -> Result<()> {
    tool::quietly(tool::cargo(["test", "--quiet", "--package", "tidy"]), &log("tidy"), interrupt)
}

fn deny(interrupt: &Interrupt) -> Result<()> {
    let deny = tool::program(tools::cargo_deny(interrupt)?);
    // Advisories come from a database that no package registry holds.
    let deny = deny.args(["--locked", "--log-level", "error", "check", "bans", "licenses", "sources"]);
    tool::quietly(deny, &log("deny"), interrupt)
}

fn machete(interrupt: &Interrupt) -> Result<()> {
    // It believes that cargo calls it where `CARGO` is set and `CARGO_PKG_NAME` is not, as for all tools of ours; then it
    // skips its first argument, for `cargo machete` passes its own name there.
    let machete = tool::program(tools::cargo_machete(interrupt)?);
    let machete = machete.env("CARGO", workspace::cargo_program()).args(["machete"]);
    tool::quietly(machete, &log("machete"), interrupt)
}
