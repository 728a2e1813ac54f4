//! Business time: the story stands in 2021, and lets it run or moves it on.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// The offset file that every service of the city reads.
#[derive(Clone, Debug)]
pub(crate) struct BusinessClock {
    file: PathBuf,
}

impl BusinessClock {
    /// Keeps its offset in `folder`; it runs from `moment`.
    pub(crate) fn in_folder(folder: &Path, moment: &str) -> Result<Self> {
        let clock = Self { file: folder.join("clock-offset") };
        clock.set(moment)?;
        Ok(clock)
    }

    /// The file.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// From now on it is this moment, `2021-05-04T23:59:50+08:00`, and time runs on.
    pub(crate) fn set(&self, moment: &str) -> Result<()> {
        self.write(read(moment)? - real_now())
    }

    /// From now on it is what it really is.
    pub(crate) fn set_to_today(&self) -> Result<()> {
        self.write(TimeDelta::zero())
    }

    fn write(&self, offset: TimeDelta) -> Result<()> {
        // Whole or not at all: a half-written offset would be another time.
        let draft = self.file.with_extension("draft");
        fs::write(&draft, offset.num_milliseconds().to_string())
            .and_then(|()| fs::rename(&draft, &self.file))
            .with_context(|| format!("cannot write {}", self.file.display()))
    }

    /// How long it is until a moment; nothing once it has come.
    pub(crate) fn until(&self, moment: &str) -> Result<Duration> {
        let text = fs::read_to_string(&self.file).context("the clock has no offset")?;
        let offset =
            TimeDelta::try_milliseconds(text.trim().parse()?).context("the clock is too far away")?;
        let left = read(moment)? - (real_now() + offset);
        Ok(left.to_std().unwrap_or_default())
    }
}

fn read(moment: &str) -> Result<DateTime<Utc>> {
    let moment: DateTime<FixedOffset> = moment.parse().with_context(|| format!("{moment} is no moment"))?;
    Ok(moment.to_utc())
}

#[expect(clippy::disallowed_methods, reason = "this is the other half of the services' clock")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}
