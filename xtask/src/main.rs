//! The developer's commands: `cargo xtask <command>`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod check;
mod demo;
mod install;
mod prepare;
mod private;
mod test;
mod tool;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use stack::Interrupt;

/// The developer's commands of Yuanmeng.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays the story of one application on real services, and checks the figures at the end
    Demo(demo::Arguments),
    /// Runs every test against private stores, which it starts and stops
    Test(test::Arguments),
    /// Checks all that can be checked without running the system
    Check(check::Arguments),
    /// Renews the committed `.sqlx` metadata of queries from real databases
    Prepare {
        /// Which crates; all that have a `sqlx.toml` when none is named
        packages: Vec<String>,
    },
    /// Runs private stores until Ctrl-C, for running tests one by one
    Stores,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let interrupt = Interrupt::listen().context("cannot listen for Ctrl-C")?;
    match command {
        Command::Demo(arguments) => demo::run(&arguments, &interrupt),
        Command::Test(arguments) => test::run(&arguments, &interrupt),
        Command::Check(arguments) => check::run(&arguments, &interrupt),
        Command::Prepare { packages } => prepare::run(&packages),
        Command::Stores => private::run_until(&interrupt),
    }
}
