//! `cargo xtask down`: ends what `up` has started, in good order; its data stays unless it is to go.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use stack::{Interrupt, Recorded, Signal};
use supervisor::{Folder, Record};

use crate::up;

const GLANCE: Duration = Duration::from_millis(50);
/// Services may finish what they have begun, which they do within 40 s; stores follow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// What was killed is gone at once.
const BURIAL: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Remove the data too: the next `up` founds a new city
    #[arg(long)]
    wipe: bool,
}

/// Asks the supervisor to end, and waits until nothing of it is left.
pub(crate) fn run(arguments: &Arguments, interrupt: &Interrupt) -> Result<()> {
    let folder = up::folder()?;
    match Record::of_living(&folder) {
        Ok(None) => eprintln!("nothing is up"),
        Ok(Some(record)) => end(&record, interrupt)?,
        // Where somebody runs on it after all, it cannot be claimed, and nothing is removed.
        Err(error) if arguments.wipe => eprintln!("{error:#}"),
        Err(error) => return Err(error),
    }
    if arguments.wipe {
        folder.wipe()?;
        eprintln!("its data is gone");
    } else {
        tell_of_data(&folder);
    }
    Ok(())
}

fn end(record: &Record, interrupt: &Interrupt) -> Result<()> {
    let begin = Instant::now();
    let supervisor = record.supervisor;
    supervisor.signal(Signal::TERM).context("the supervisor cannot be asked to end")?;
    let everybody: Vec<Recorded> =
        record.running.iter().map(|server| server.process).chain([supervisor]).collect();
    if gone_within(PATIENCE, &[supervisor], interrupt)? {
        eprintln!("services and stores have ended after {:.1} s", begin.elapsed().as_secs_f32());
    } else {
        supervisor.signal(Signal::KILL).context("the supervisor cannot be killed")?;
        eprintln!("they did not end within {PATIENCE:?} and were killed");
    }
    if !gone_within(BURIAL, &everybody, interrupt)? {
        let left = everybody.iter().filter(|process| process.is_alive());
        let left: Vec<String> = left.map(|process| process.id().to_string()).collect();
        bail!("still running: {}", left.join(", "));
    }
    Ok(())
}

fn gone_within(patience: Duration, processes: &[Recorded], interrupt: &Interrupt) -> Result<bool> {
    let end = Instant::now() + patience;
    while processes.iter().any(Recorded::is_alive) {
        if interrupt.is_raised() {
            bail!("interrupted; it goes on ending");
        }
        if Instant::now() > end {
            return Ok(false);
        }
        thread::sleep(GLANCE);
    }
    Ok(true)
}

fn tell_of_data(folder: &Folder) {
    if folder.stores().exists() {
        eprintln!("the data stays in {}; `cargo xtask down --wipe` removes it", folder.path().display());
    }
}
