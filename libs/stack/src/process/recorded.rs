//! A process that was written down, and is found again by somebody who did not start it.

use std::time::Duration;
use std::{fs, io};

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use super::tree;

/// The kernel counts in these for everybody who asks, whatever its own clock does.
const TICKS_IN_A_SECOND: f64 = 100.0;

/// A process by its id and the tick it started at: a later one that was given the same id is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    id: u32,
    started: u64,
}

impl Recorded {
    /// The process that has this id now, if one has.
    pub fn of(id: u32) -> Option<Self> {
        tree::started(id).map(|started| Self { id, started })
    }

    /// This process.
    pub fn ourselves() -> Option<Self> {
        Self::of(std::process::id())
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether it still runs.
    pub fn is_alive(&self) -> bool {
        tree::started(self.id) == Some(self.started)
    }

    /// How long it has run; nothing once it has gone.
    pub fn age(&self) -> Option<Duration> {
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let uptime: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        #[expect(clippy::cast_precision_loss, reason = "a machine does not run for a million years")]
        let started = self.started as f64 / TICKS_IN_A_SECOND;
        self.is_alive().then(|| Duration::from_secs_f64((uptime - started).max(0.0)))
    }

    /// Signals it, and never anybody else; says whether it was still there.
    pub fn signal(&self, signal: Signal) -> io::Result<bool> {
        let Some(id) = Pid::from_raw(self.id.cast_signed()) else { return Ok(false) };
        // The handle comes first and the look second: whoever it turns out to be, the handle stays theirs.
        let handle = match pidfd_open(id, PidfdFlags::empty()) {
            Ok(handle) => handle,
            Err(Errno::SRCH) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        if !self.is_alive() {
            return Ok(false);
        }
        match pidfd_send_signal(&handle, signal) {
            Ok(()) => Ok(true),
            Err(Errno::SRCH) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_recorded_process_is_signalled_and_then_gone() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let recorded = Recorded::of(child.id()).unwrap();
        assert!(recorded.is_alive());
        assert!(recorded.age().unwrap() < Duration::from_mins(1));

        assert!(recorded.signal(Signal::TERM).unwrap());

        child.wait().unwrap();
        assert!(!recorded.is_alive());
        assert!(!recorded.signal(Signal::TERM).unwrap());
    }

    #[test]
    fn a_later_process_with_the_same_id_is_left_alone() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let now = Recorded::of(child.id()).unwrap();
        let earlier = Recorded { started: now.started - 1, ..now };

        assert!(!earlier.is_alive());
        assert!(!earlier.signal(Signal::KILL).unwrap());

        assert!(now.is_alive());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
