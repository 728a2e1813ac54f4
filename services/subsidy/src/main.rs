//! The subsidy service.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::service("subsidy", subsidy::start)
        .command(postgres::migrate_command(), subsidy::migrate)
        .command(messaging::parked_command(), subsidy::parked)
        .command(subsidy::apply_command(), subsidy::apply)
        .run()
}
