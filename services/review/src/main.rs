//! The review service.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::service("review", review::start)
        .command(postgres::migrate_command(), review::migrate)
        .command(messaging::parked_command(), review::parked)
        .run()
}
