//! The identity service.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    runtime::service("identity", identity::start)
        .command(Command::new("migrate").about("Brings the tables up to date"), identity::migrate)
        .command(identity::bootstrap_command(), identity::bootstrap)
        .run()
}
