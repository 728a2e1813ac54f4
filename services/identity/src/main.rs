//! The identity service.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::service("identity", identity::start)
        .command(postgres::migrate_command(), identity::migrate)
        .command(identity::bootstrap_command(), identity::bootstrap)
        .run()
}
