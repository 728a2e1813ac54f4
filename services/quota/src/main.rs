//! Starts quota.

fn main() -> std::process::ExitCode {
    let migrate = clap::Command::new("migrate").about("Brings the tables up to date");
    runtime::service("quota", quota::wiring::start).command(migrate, quota::wiring::migrate).run()
}
