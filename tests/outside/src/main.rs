//! The outside world in a process of its own: its servers, and a control interface for demo and tests.
//!
//! Prints where everything is as one line of JSON (`control`, `sms`, `realname`, `bank`, `wallet`), and runs until it is
//! ended. Callers of all of them show the secret as their bearer token.

use std::io::Write;
use std::path::PathBuf;

use clap::Parser;
use outside::Outside;

/// The outside world: SMS gateway, real-name check, bank and wallet.
#[derive(Parser)]
struct Arguments {
    /// What the servers know their callers by.
    #[arg(long, env = "OUTSIDE_SECRET", hide_env_values = true)]
    secret: String,
    /// Where to listen for control; port 0 chooses a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    control: std::net::SocketAddr,
    /// The file with the offset of business time that the services read; without it, payments are booked on real days.
    #[arg(long)]
    clock_offset_file: Option<PathBuf>,
    /// A file that gets the addresses too, once everything listens.
    #[arg(long)]
    addresses_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let outside = Outside::new(&arguments.secret);
    if let Some(file) = &arguments.clock_offset_file {
        outside.follow(file);
    }
    let addresses = serde_json::json!({
        "sms": format!("http://{}", outside.serve_sms().await?),
        "realname": format!("http://{}", outside.serve_realname().await?),
        "bank": format!("http://{}", outside.serve_bank().await?),
        "wallet": format!("http://{}", outside.serve_wallet().await?),
        "control": format!("http://{}", outside.serve_control(arguments.control).await?),
    });
    if let Some(file) = &arguments.addresses_file {
        // Whole or not there: a reader that waits for it never sees half of it.
        let written = file.with_extension("written");
        std::fs::write(&written, addresses.to_string())?;
        std::fs::rename(&written, file)?;
    }
    writeln!(std::io::stdout(), "{addresses}")?;
    std::future::pending().await
}
