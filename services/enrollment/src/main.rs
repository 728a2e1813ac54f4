//! The enrollment service.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::service("enrollment", enrollment::start)
        .command(postgres::migrate_command(), enrollment::migrate)
        .run()
}
