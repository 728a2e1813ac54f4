//! Starts quota, or does what an operator or auditor asks of it.

use quota::wiring;

fn main() -> std::process::ExitCode {
    runtime::service("quota", wiring::start)
        .command(postgres::migrate_command(), wiring::migrate)
        .command(wiring::verify_line_command(), wiring::verify_line)
        .command(wiring::export_line_command(), wiring::export_line)
        .offline_command(wiring::check_receipt_command(), wiring::check_receipt)
        .run()
}
