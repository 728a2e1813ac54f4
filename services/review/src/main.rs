//! The review service.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    runtime::service("review", review::start)
        .command(Command::new("migrate").about("Brings the tables up to date"), review::migrate)
        .run()
}
