//! The payment service.

use std::process::ExitCode;

use clap::Command;

fn main() -> ExitCode {
    runtime::service("payment", payment::start)
        .command(Command::new("migrate").about("Brings the tables up to date"), payment::migrate)
        .run()
}
