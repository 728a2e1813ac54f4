//! `demo`: plays the story once, leaves its account behind, and fails where a figure does not agree.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to its user")]

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use e2e::{Ground, Stage, Story};
use stack::Interrupt;

/// Plays the story of one application on real services, and checks the figures at the end.
#[derive(Parser)]
#[command(name = "demo")]
struct Arguments {
    /// Leave everything running at the end, and print addresses, tokens and commands to try
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every figure agreed.
async fn run(arguments: &Arguments) -> Result<bool> {
    let begun = Instant::now();
    let interrupt = Interrupt::listen().context("cannot listen for Ctrl-C")?;
    let folder = programs()?.join("../demo");
    let mut story = Story::on(Stage::set(Ground::Private, &programs()?).await?, &folder)?;
    tokio::select! {
        outcome = story.play() => outcome?,
        () = raised(&interrupt) => bail!("interrupted; everything that was started is stopped"),
    }
    let agrees = story.close()?;
    println!("played in {:.1} s", begun.elapsed().as_secs_f32());
    if arguments.keep {
        story.invite()?;
        tokio::select! {
            failed = story.keep() => failed?,
            () = raised(&interrupt) => {}
        }
    }
    Ok(agrees)
}

/// The folder of this program, where the services' programs are too.
fn programs() -> Result<std::path::PathBuf> {
    let own = std::env::current_exe().context("cannot tell where this program is")?;
    Ok(own.parent().unwrap_or_else(|| Path::new(".")).to_owned())
}

/// Waits for Ctrl-C.
async fn raised(interrupt: &Interrupt) {
    while !interrupt.is_raised() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
