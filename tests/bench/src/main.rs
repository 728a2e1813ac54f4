//! What quota's speed is measured with: a load that everybody gets alike, the services that it is compared with, and the
//! report. `cargo xtask bench quota` builds and runs it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

mod bare;
mod baseline;
mod burst;
mod cases;
mod growth;
mod house;
mod load;
mod profile;
mod report;
mod targets;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures quota.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Calls per second and latency, side by side with what it is compared with
    Cases {
        /// How long each is measured, in seconds
        #[arg(long, default_value_t = 4)]
        seconds: u64,
        /// How often all of them are measured in turn
        #[arg(long, default_value_t = 3)]
        runs: usize,
        /// Only these cases
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Everybody at once: 5,000 clients, and 50,000 submissions for 3,110 seats
    Burst,
    /// A million places: rate, memory, recovery, a cold replica
    Growth {
        /// How many places
        #[arg(long, default_value_t = 1_000_000)]
        places: u64,
    },
    /// The bare tonic service
    #[command(hide = true)]
    Echo { address: std::net::SocketAddr },
    /// The service that a team would write first
    #[command(hide = true)]
    Baseline {
        address: std::net::SocketAddr,
        database: String,
        connections: u32,
        #[arg(long)]
        function: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Cases { seconds, runs, only } => cases::run(seconds, runs, &only).await,
        Command::Burst => burst::run().await,
        Command::Growth { places } => growth::run(places).await,
        Command::Echo { address } => bare::echo(address).await,
        Command::Baseline { address, database, connections, function } => {
            baseline::serve(address, &database, connections, function).await
        }
    }
}
