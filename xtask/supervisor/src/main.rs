//! `supervisor`: holds a development city for `cargo xtask up` until it is asked to end. Killed, it takes everything along.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it says is its log")]

mod everything;
mod founding;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use everything::Everything;
use stack::{Interrupt, Recorded};
use supervisor::{Folder, Record};

/// Starts stores, services and the outside world, and holds them until SIGTERM; `cargo xtask up` runs it.
#[derive(Parser)]
struct Arguments {
    /// Where everything lies, and is found again the next time
    folder: PathBuf,
    /// The folder of the services' programs and of `outside`
    programs: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let interrupt = Interrupt::listen().context("cannot listen for signals")?;
    let folder = Folder::at(&arguments.folder)?;
    folder.make()?;
    let _claim = folder.claim()?;
    let supervisor = Recorded::ourselves().context("there is no /proc")?;
    let mut record = Record { supervisor, running: Vec::new() };
    record.write(&folder)?;

    let everything = Everything::start(&folder, &arguments.programs, &interrupt)?;
    founding::found(&folder, everything.services())?;
    record.running = everything.running()?;
    record.write(&folder)?;
    println!("everything is ready");
    everything.hold(record.running, &folder, &interrupt);

    println!("ending the services, then the stores");
    drop(everything);
    println!("everything has ended");
    Ok(())
}
