//! One child process of ours: it is started so that it cannot outlive us, and ended together with all it started.

pub(crate) mod account;
mod launch;
mod nursery;
mod recorded;
mod tree;

use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::Duration;
use std::{fs, io};

use rustix::process::{Pid, Signal, kill_process};

pub use self::account::Account;
pub use self::launch::{Launch, forget_package};
pub use self::recorded::Recorded;
use self::tree::Member;
use crate::error::Error;
use crate::wait;

/// How long the kernel may take to clear away what was killed.
const BURIAL: Duration = Duration::from_secs(10);
/// How much of a log an error shows.
const TAIL_LINES: usize = 20;

/// A running child process. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    name: String,
    log: Option<PathBuf>,
    child: Child,
}

impl Process {
    /// Starts it; it dies when we do, however we die.
    pub fn spawn(launch: Launch) -> Result<Self, Error> {
        let (name, log) = (launch.name().to_owned(), launch.log_file().map(Path::to_owned));
        let child = launch
            .into_command()
            .and_then(nursery::spawn)
            .map_err(|source| Error::Spawn { name: name.clone(), source })?;
        Ok(Self { name, log, child })
    }

    /// Runs it to its end, which must be a success.
    pub fn run(launch: Launch, patience: Duration) -> Result<(), Error> {
        let mut process = Self::spawn(launch)?;
        match process.wait(patience) {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(process.failed(format!("ended with {status}"))),
            None => Err(process.failed(format!("was not done after {patience:?}"))),
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let mut status = None;
        wait::until(patience, || {
            status = self.child.try_wait().ok().flatten();
            status.is_some()
        });
        status
    }

    /// Asks it to end, and kills it when it has not done so in time. Says whether it went by itself.
    pub fn end(&mut self, signal: Signal, patience: Duration) -> Result<bool, Error> {
        if !self.is_running() {
            return Ok(true);
        }
        let below = tree::below(self.id());
        self.signal(signal)?;
        let by_itself = self.wait(patience).is_some();
        if !by_itself {
            self.kill()?;
        }
        bury(&below);
        Ok(by_itself)
    }

    /// `kill -9`, for it and for everything it has started.
    pub fn kill(&mut self) -> Result<(), Error> {
        if !self.is_running() {
            return Ok(());
        }
        // Stopped first, so that it starts nobody while we count.
        self.signal(Signal::STOP)?;
        let below = tree::below(self.id());
        self.signal(Signal::KILL)?;
        self.wait(BURIAL);
        bury(&below);
        Ok(())
    }

    /// Freezes it and everything it has started.
    pub fn pause(&self) -> Result<(), Error> {
        self.signal(Signal::STOP)?;
        for member in tree::below(self.id()) {
            member.signal(Signal::STOP);
        }
        Ok(())
    }

    /// Lets a frozen one go on.
    pub fn resume(&self) -> Result<(), Error> {
        for member in tree::below(self.id()) {
            member.signal(Signal::CONT);
        }
        self.signal(Signal::CONT)
    }

    /// An error that tells what happened and shows the end of the log, if it kept one.
    pub fn failed(&self, what: impl Into<String>) -> Error {
        let log = self.log.as_deref().map(|log| format!("; the end of {}:\n{}", log.display(), tail(log)));
        Error::Failed { name: self.name.clone(), what: what.into(), log: log.unwrap_or_default() }
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        // The child has not been waited for, so that its id cannot have gone to anybody else.
        kill_process(Pid::from_child(&self.child), signal)
            .map_err(|error| Error::Signal { name: self.name.clone(), source: io::Error::from(error) })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Kills whoever is left of a process that has gone, and waits until they are gone too.
fn bury(members: &[Member]) {
    for member in members {
        member.signal(Signal::KILL);
    }
    wait::until(BURIAL, || !members.iter().any(Member::is_alive));
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
