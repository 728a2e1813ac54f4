//! Business time: a city stands in 2021, and lets it run or moves it on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// The offset file that every service of a city reads.
#[derive(Clone, Debug)]
pub struct BusinessClock {
    file: PathBuf,
}

impl BusinessClock {
    /// Keeps its offset in `folder`; it runs from `moment`.
    pub fn in_folder(folder: &Path, moment: &str) -> io::Result<Self> {
        let clock = Self { file: folder.join("clock-offset") };
        clock.set(moment)?;
        Ok(clock)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// From now on it is this moment, `2021-05-04T23:59:50+08:00`, and time runs on.
    pub fn set(&self, moment: &str) -> io::Result<()> {
        self.write(read(moment)? - real_now())
    }

    /// How long it is until a moment; nothing once it has come.
    pub fn until(&self, moment: &str) -> io::Result<Duration> {
        let left = read(moment)? - self.now()?;
        Ok(left.to_std().unwrap_or_default())
    }

    /// The moment that it is for every service.
    pub fn now(&self) -> io::Result<DateTime<Utc>> {
        let text = fs::read_to_string(&self.file)?;
        let milliseconds = text.trim().parse().map_err(io::Error::other)?;
        Ok(real_now() + TimeDelta::try_milliseconds(milliseconds).unwrap_or_default())
    }

    fn write(&self, offset: TimeDelta) -> io::Result<()> {
        // Whole or not at all: a half-written offset would be another time.
        let draft = self.file.with_extension("draft");
        fs::write(&draft, offset.num_milliseconds().to_string())?;
        fs::rename(&draft, &self.file)
    }
}

fn read(moment: &str) -> io::Result<DateTime<Utc>> {
    let parsed: Result<DateTime<FixedOffset>, _> = moment.parse();
    parsed.map(|moment| moment.to_utc()).map_err(io::Error::other)
}

#[expect(clippy::disallowed_methods, reason = "this is the other half of the services' clock")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}
