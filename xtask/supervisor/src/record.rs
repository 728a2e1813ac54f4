//! What runs, written down by the supervisor for commands that come later.

use std::{fs, io};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use stack::{Recorded, probe, secrets};

use crate::folder::Folder;

/// Who supervises, and what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The supervisor itself.
    pub supervisor: Recorded,
    /// Everything that it has started; nothing yet while it is starting.
    pub running: Vec<Running>,
}

/// A server that was started, and that was ready once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Running {
    /// `PostgreSQL`, `quota-2`.
    pub name: String,
    /// Where it is called, with credentials if it wants some.
    pub url: String,
    /// Where it tells whether it is ready.
    pub readiness: String,
    /// Its process.
    pub process: Recorded,
}

impl Record {
    /// What was written down last, if its supervisor still runs.
    pub fn of_living(folder: &Folder) -> Result<Option<Self>> {
        Ok(Self::read(folder)?.filter(|record| record.supervisor.is_alive()))
    }

    /// What was written down last.
    pub fn read(folder: &Folder) -> Result<Option<Self>> {
        let path = folder.record();
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            outcome => outcome.with_context(|| format!("cannot read {}", path.display()))?,
        };
        serde_json::from_slice(&text).map(Some).with_context(|| {
            format!("{} does not say what runs; without it, `up` begins on the same data", path.display())
        })
    }

    /// Writes it, for its owner only; whoever reads sees all of it or what was there before.
    pub fn write(&self, folder: &Folder) -> Result<()> {
        Ok(secrets::write(&folder.record(), &serde_json::to_vec_pretty(self)?)?)
    }

    /// Whether everything has been started.
    pub fn is_complete(&self) -> bool {
        !self.running.is_empty()
    }

    /// Where one of them is called.
    pub fn url(&self, name: &str) -> Option<&str> {
        self.running.iter().find(|server| server.name == name).map(|server| server.url.as_str())
    }
}

impl Running {
    /// Where it is called, without the credentials.
    pub fn address(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", &self.url));
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest))
    }

    /// Whether it is there and answers that it is ready, just now.
    pub fn is_ready(&self) -> bool {
        self.process.is_alive() && probe::answers(&self.readiness)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_shown_has_no_password() {
        let process = Recorded::ourselves().unwrap();
        let url = "postgres://postgres:secret@127.0.0.1:5000/postgres".to_owned();
        let server = Running { name: "PostgreSQL".into(), readiness: url.clone(), url, process };

        assert_eq!(server.address(), "postgres://127.0.0.1:5000");
    }

    #[test]
    fn a_record_is_of_a_living_supervisor_or_of_none() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(parent.path()).unwrap();
        assert!(Record::of_living(&folder).unwrap().is_none());
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let supervisor = Recorded::of(child.id()).unwrap();
        Record { supervisor, running: Vec::new() }.write(&folder).unwrap();
        assert!(Record::of_living(&folder).unwrap().is_some());

        child.kill().unwrap();
        child.wait().unwrap();

        assert!(Record::of_living(&folder).unwrap().is_none());
        assert!(Record::read(&folder).unwrap().is_some());
    }
}
