//! `cargo xtask demo`: builds everything, then hands over to the `demo` program of the end-to-end tests.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};
use stack::Interrupt;

use crate::{install, tool, workspace};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Leave everything running at the end, and print addresses, tokens and commands to try
    #[arg(long)]
    keep: bool,
}

/// Does not come back unless it fails.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    install::what_is_missing(interrupt)?;
    tool::aloud(tool::cargo(tool::BUILD), interrupt)?;
    let mut demo = Command::new(workspace::target().join("demo"));
    demo.current_dir(workspace::root());
    if arguments.keep {
        demo.arg("--keep");
    }
    Err(demo.exec()).context("cannot run the demo")
}
