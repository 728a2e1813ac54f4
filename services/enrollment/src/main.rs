//! The enrollment service.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    runtime::service("enrollment", enrollment::start)
        .command(Command::new("migrate").about("Brings the tables up to date"), enrollment::migrate)
        .run()
}
