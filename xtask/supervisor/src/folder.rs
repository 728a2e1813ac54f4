//! The folder that a development city lives in: what lies where, who runs on it, and how it is removed.

use std::fs::{self, File};
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;
use std::{io, thread};

use anyhow::{Context, Result, bail};

/// All that is ever made here; nothing else is removed.
const CONTENTS: [&str; 13] = [
    "stores",
    "city",
    "record.json",
    "record.draft",
    "supervisor.log",
    "outside.log",
    "outside.json",
    "outside-secret",
    "outside-secret.draft",
    "clock-offset",
    "founded",
    "appointment-secret",
    "appointment-secret.draft",
];
const LOCK: &str = "lock";
/// Somebody who only looks holds the lock for no longer than a moment.
const ATTEMPTS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// Where everything of one development city lies.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// As long as it lives, nobody else runs on the folder.
#[derive(Debug)]
pub struct Claim(#[expect(dead_code, reason = "the lock ends with the file")] File);

impl Folder {
    /// This one, which need not be there yet.
    pub fn at(path: &Path) -> Result<Self> {
        Ok(Self(absolute(path).with_context(|| format!("{} is no folder", path.display()))?))
    }

    /// Makes it where it is not there.
    pub fn make(&self) -> Result<()> {
        fs::create_dir_all(&self.0).with_context(|| format!("cannot make {}", self.0.display()))
    }

    /// Takes it for ourselves; refuses one that somebody runs on.
    pub fn claim(&self) -> Result<Claim> {
        let path = self.lock();
        let file = File::options().create(true).append(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        for _ in 0..ATTEMPTS {
            if file.try_lock().is_ok() {
                return Ok(Claim(file));
            }
            thread::sleep(PAUSE);
        }
        bail!("somebody runs on {} already", self.0.display())
    }

    /// Removes everything that was ever made here, and the folder if nothing else lies in it.
    pub fn wipe(&self) -> Result<()> {
        if !self.0.exists() {
            return Ok(());
        }
        let _claim = self.claim()?;
        for name in CONTENTS.into_iter().chain([LOCK]) {
            let path = self.0.join(name);
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", path.display()));
                }
                _ => {}
            }
        }
        // Something else in it is not ours to remove.
        let _ = fs::remove_dir(&self.0);
        Ok(())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Is there as long as the city is wanted: whoever removes the folder ends what runs in it.
    pub fn lock(&self) -> PathBuf {
        self.0.join(LOCK)
    }

    /// PostgreSQL, Redis and RabbitMQ.
    pub fn stores(&self) -> PathBuf {
        self.0.join("stores")
    }

    /// The services, their secrets, and the Redis of the lines and of the codes.
    pub fn city(&self) -> PathBuf {
        self.0.join("city")
    }

    /// What runs.
    pub fn record(&self) -> PathBuf {
        self.0.join("record.json")
    }

    /// What the supervisor says.
    pub fn supervisor_log(&self) -> PathBuf {
        self.0.join("supervisor.log")
    }

    /// What the outside world says.
    pub fn outside_log(&self) -> PathBuf {
        self.0.join("outside.log")
    }

    /// Where the outside world listens.
    pub fn outside_addresses(&self) -> PathBuf {
        self.0.join("outside.json")
    }

    /// What the outside world knows its callers by.
    pub fn outside_secret(&self) -> PathBuf {
        self.0.join("outside-secret")
    }

    /// How many milliseconds business time is ahead of real time.
    pub fn clock_offset(&self) -> PathBuf {
        self.0.join("clock-offset")
    }

    /// Is there once the city federation is.
    pub fn founded(&self) -> PathBuf {
        self.0.join("founded")
    }

    /// What activates the first administrator, until it has been shown.
    pub fn appointment_secret(&self) -> PathBuf {
        self.0.join("appointment-secret")
    }

    /// What the services write: configurations, logs, answers of commands.
    pub fn services(&self) -> PathBuf {
        self.city().join("services")
    }

    /// The logs that there are, by the names that `cargo xtask logs` knows them by.
    pub fn logs(&self) -> Vec<(String, PathBuf)> {
        let mut logs = vec![
            ("supervisor".to_owned(), self.supervisor_log()),
            ("postgresql".to_owned(), self.stores().join("postgresql/log")),
            ("redis".to_owned(), self.stores().join("redis/log")),
            ("rabbitmq".to_owned(), self.stores().join("rabbitmq/log")),
            ("order".to_owned(), self.city().join("order/log")),
            ("codes".to_owned(), self.city().join("codes/log")),
            ("outside".to_owned(), self.outside_log()),
        ];
        let services = fs::read_dir(self.services()).into_iter().flatten().flatten();
        let mut services: Vec<_> = services
            .filter_map(|entry| {
                let name = entry.file_name().to_str()?.strip_suffix(".log")?.to_owned();
                // Commands that were run once keep theirs beside it: `identity.run-0`.
                (!name.contains('.')).then(|| (name, entry.path()))
            })
            .collect();
        services.sort();
        logs.extend(services);
        logs.retain(|(_, path)| path.exists());
        logs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wiping_leaves_what_is_not_ours() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(&parent.path().join("city")).unwrap();
        folder.make().unwrap();
        drop(folder.claim().unwrap());
        fs::create_dir_all(folder.stores().join("postgresql")).unwrap();
        fs::write(folder.path().join("notes"), "somebody's own").unwrap();

        folder.wipe().unwrap();
        assert!(!folder.stores().exists());
        assert!(folder.path().join("notes").exists());

        fs::remove_file(folder.path().join("notes")).unwrap();
        folder.wipe().unwrap();
        assert!(!folder.path().exists());
        folder.wipe().unwrap();
    }

    #[test]
    fn what_a_crash_left_half_written_is_wiped() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(&parent.path().join("city")).unwrap();
        folder.make().unwrap();
        for whole in [folder.record(), folder.outside_secret(), folder.appointment_secret()] {
            fs::write(whole.with_extension("draft"), "half a sec").unwrap();
        }

        folder.wipe().unwrap();
        assert!(!folder.path().exists());
    }

    #[test]
    fn what_somebody_runs_on_is_not_wiped() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(parent.path()).unwrap();
        let claim = folder.claim().unwrap();
        fs::write(folder.record(), "{}").unwrap();

        assert!(folder.wipe().is_err());
        assert!(folder.record().exists());

        drop(claim);
        folder.wipe().unwrap();
        assert!(!folder.record().exists());
    }
}
