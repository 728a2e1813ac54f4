//! The subsidy service.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    runtime::service("subsidy", subsidy::start)
        .command(Command::new("migrate").about("Brings the tables up to date"), subsidy::migrate)
        .command(subsidy::apply_command(), subsidy::apply)
        .run()
}
