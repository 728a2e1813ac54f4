//! What the stores have in common: how a server is started, awaited, hurt and stopped.

use std::fmt::Debug;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use crate::error::Error;
use crate::process::{Launch, Process};
use crate::wait;

/// A cold start takes six seconds at most where nothing else runs; this is for a machine that is busy building.
const START: Duration = Duration::from_secs(90);
const STOP: Duration = Duration::from_secs(15);

/// How one kind of server differs from the others.
pub(super) trait Kind: Debug + Send {
    /// Makes its data folder and its configuration where they are missing.
    fn prepare(&self) -> Result<(), Error>;
    /// Its processes, in the order in which they start.
    fn launches(&self) -> Result<Vec<Launch>, Error>;
    /// Whether it answers.
    fn answers(&self) -> bool;
    /// The signal that ends it at once but in good order.
    fn farewell(&self) -> Signal;
    /// What is lost with its disk.
    fn data(&self) -> &Path;
}

/// A server that runs or could.
#[derive(Debug)]
pub(super) struct Server {
    kind: Box<dyn Kind>,
    processes: Vec<Process>,
}

impl Server {
    pub(super) fn of(kind: impl Kind + 'static) -> Self {
        Self { kind: Box::new(kind), processes: Vec::new() }
    }

    pub(super) fn start(&mut self) -> Result<(), Error> {
        self.kind.prepare()?;
        for launch in self.kind.launches()? {
            self.processes.push(Process::spawn(launch)?);
        }
        let mut stopped = false;
        let kind = &self.kind;
        let processes = &mut self.processes;
        let ready = wait::until(START, || {
            stopped = processes.iter_mut().any(|process| !process.is_running());
            stopped || kind.answers()
        });
        match self.processes.last() {
            Some(last) if stopped => Err(last.failed("stopped while it was starting")),
            Some(last) if !ready => Err(last.failed(format!("did not answer within {START:?}"))),
            _ => Ok(()),
        }
    }

    pub(super) fn stop(&mut self) -> Result<(), Error> {
        while let Some(mut process) = self.processes.pop() {
            // A frozen one hears no farewell.
            process.resume().ok();
            process.end(self.kind.farewell(), STOP)?;
        }
        Ok(())
    }

    pub(super) fn kill(&mut self) -> Result<(), Error> {
        while let Some(mut process) = self.processes.pop() {
            process.kill()?;
        }
        Ok(())
    }

    pub(super) fn pause(&self) -> Result<(), Error> {
        self.processes.iter().rev().try_for_each(Process::pause)
    }

    pub(super) fn resume(&self) -> Result<(), Error> {
        self.processes.iter().try_for_each(Process::resume)
    }

    pub(super) fn is_running(&mut self) -> bool {
        !self.processes.is_empty() && self.processes.iter_mut().all(Process::is_running)
    }

    /// Loses the disk.
    pub(super) fn forget(&self) -> Result<(), Error> {
        let data = self.kind.data();
        if data.exists() {
            std::fs::remove_dir_all(data).map_err(Error::file(data))?;
        }
        Ok(())
    }
}
