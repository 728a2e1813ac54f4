//! The developer's commands: `cargo xtask <command>`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod bench;
mod check;
mod demo;
mod down;
mod guide;
mod install;
mod logs;
mod prepare;
mod private;
mod status;
mod test;
mod tool;
mod tools;
mod up;
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
    /// Starts stores, the six services and the outside world, and leaves them running until `down`
    Up(up::Arguments),
    /// Ends what `up` has started; its data stays
    Down(down::Arguments),
    /// Shows what `up` has started: where it is, whether it is ready; fails where something is not
    Status,
    /// Shows what services and stores say
    Logs(logs::Arguments),
    /// Runs every test against private stores, which it starts and stops
    Test(test::Arguments),
    /// Measures, in release, what must be fast: `bench quota`
    Bench(bench::Arguments),
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
        Command::Up(arguments) => up::run(&arguments, &interrupt),
        Command::Down(arguments) => down::run(&arguments, &interrupt),
        Command::Status => status::run(),
        Command::Logs(arguments) => logs::run(&arguments, &interrupt),
        Command::Test(arguments) => test::run(&arguments, &interrupt),
        Command::Bench(arguments) => bench::run(&arguments, &interrupt),
        Command::Check(arguments) => check::run(&arguments, &interrupt),
        Command::Prepare { packages } => prepare::run(&packages, &interrupt),
        Command::Stores => private::run_until(&interrupt),
    }
}
