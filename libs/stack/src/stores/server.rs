//! What the stores have in common: how a server is started, awaited, hurt and stopped.

use std::fmt::Debug;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::Signal;

use crate::error::Error;
use crate::process::{Launch, Process};
use crate::wait;

/// A cold start takes six seconds at most where nothing else runs; this is for a machine that is busy building.
const START: Duration = Duration::from_secs(90);
const STOP: Duration = Duration::from_secs(15);
/// A test's disk is small.
const COPY: Duration = Duration::from_secs(30);

/// How one kind of server differs from the others.
pub(super) trait Kind: Debug + Send + Sync {
    /// Makes its data folder and its configuration where they are missing.
    fn prepare(&self) -> Result<(), Error>;
    /// Its processes, in the order in which they start.
    fn launches(&self) -> Result<Vec<Launch>, Error>;
    /// Whether it answers.
    fn answers(&self) -> bool;
    /// The signal that ends it at once but in good order.
    fn farewell(&self) -> Signal;
    /// The signal that ends it without letting it finish anything.
    fn dismissal(&self) -> Signal {
        Signal::KILL
    }
    /// What is lost with its disk.
    fn data(&self) -> &Path;
}

/// A private server that runs or could. Dropped, it is stopped.
#[derive(Debug)]
pub struct Server {
    kind: Box<dyn Kind>,
    processes: Mutex<Vec<Process>>,
}

impl Server {
    pub(super) fn of(kind: impl Kind + 'static) -> Self {
        Self { kind: Box::new(kind), processes: Mutex::default() }
    }

    /// Starts it and waits until it answers.
    pub(super) fn start(&self) -> Result<(), Error> {
        self.start_into(&mut self.processes())
    }

    /// Ends it in good order.
    pub fn stop(&self) -> Result<(), Error> {
        self.stop_from(&mut self.processes())
    }

    /// `kill -9`.
    pub fn kill(&self) -> Result<(), Error> {
        kill_all(&mut self.processes())
    }

    /// Freezes it: connections stay, answers do not come.
    pub fn pause(&self) -> Result<(), Error> {
        self.processes().iter().rev().try_for_each(Process::pause)
    }

    /// Lets a frozen one go on.
    pub fn resume(&self) -> Result<(), Error> {
        self.processes().iter().try_for_each(Process::resume)
    }

    /// Starts it again on the same port and data, ending it in good order first where it still runs.
    pub fn restart(&self) -> Result<(), Error> {
        let mut processes = self.processes();
        self.stop_from(&mut processes)?;
        self.start_into(&mut processes)
    }

    /// Ends it without letting it finish anything, as `pg_ctl restart -m immediate` does, and starts it again on its data.
    pub fn restart_at_once(&self) -> Result<(), Error> {
        let mut processes = self.processes();
        while let Some(mut process) = processes.pop() {
            process.end(self.kind.dismissal(), STOP)?;
        }
        self.start_into(&mut processes)
    }

    /// Copies its disk as it is at this moment, frozen meanwhile, into a folder that is not there yet: as a snapshot of a disk
    /// does, it may catch the server in the middle of anything.
    pub fn snapshot(&self, folder: &Path) -> Result<(), Error> {
        let processes = self.processes();
        processes.iter().rev().try_for_each(Process::pause)?;
        let copied = copy(self.kind.data(), folder);
        processes.iter().try_for_each(Process::resume)?;
        copied
    }

    /// `kill -9`, a snapshot in the place of its disk, and a server on it on the same port.
    pub fn restore(&self, snapshot: &Path) -> Result<(), Error> {
        let mut processes = self.processes();
        kill_all(&mut processes)?;
        let data = self.kind.data();
        std::fs::remove_dir_all(data).map_err(Error::file(data))?;
        copy(snapshot, data)?;
        self.start_into(&mut processes)
    }

    /// `kill -9`, its disk lost, and an empty one in its place on the same port.
    pub fn wipe(&self) -> Result<(), Error> {
        let mut processes = self.processes();
        kill_all(&mut processes)?;
        let data = self.kind.data();
        if data.exists() {
            std::fs::remove_dir_all(data).map_err(Error::file(data))?;
        }
        self.start_into(&mut processes)
    }

    /// The id of its process, while it runs; of several, of the one that answers.
    pub fn process_id(&self) -> Option<u32> {
        self.processes().last().map(Process::id)
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        let mut processes = self.processes();
        !processes.is_empty() && processes.iter_mut().all(Process::is_running)
    }

    fn start_into(&self, processes: &mut Vec<Process>) -> Result<(), Error> {
        self.kind.prepare()?;
        for launch in self.kind.launches()? {
            processes.push(Process::spawn(launch)?);
        }
        let mut stopped = false;
        let ready = wait::until(START, || {
            stopped = processes.iter_mut().any(|process| !process.is_running());
            stopped || self.kind.answers()
        });
        match processes.last() {
            Some(last) if stopped => Err(last.failed("stopped while it was starting")),
            Some(last) if !ready => Err(last.failed(format!("did not answer within {START:?}"))),
            _ => Ok(()),
        }
    }

    fn stop_from(&self, processes: &mut Vec<Process>) -> Result<(), Error> {
        while let Some(mut process) = processes.pop() {
            // A frozen one hears no farewell.
            process.resume().ok();
            process.end(self.kind.farewell(), STOP)?;
        }
        Ok(())
    }

    fn processes(&self) -> MutexGuard<'_, Vec<Process>> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// With owners and rights: a server refuses a folder that others may read.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    Process::run(Launch::new("cp", "/bin/cp").args([Path::new("-a"), from, to]), COPY)
}

fn kill_all(processes: &mut Vec<Process>) -> Result<(), Error> {
    while let Some(mut process) = processes.pop() {
        process.kill()?;
    }
    Ok(())
}
