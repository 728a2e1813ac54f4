//! The payment service.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::service("payment", payment::start)
        .command(postgres::migrate_command(), payment::migrate)
        .command(messaging::parked_command(), payment::parked)
        .run()
}
