//! Starts quota.

fn main() -> std::process::ExitCode {
    runtime::service("quota", quota::wiring::start)
        .command(postgres::migrate_command(), quota::wiring::migrate)
        .run()
}
