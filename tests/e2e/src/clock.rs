//! Business time: the story stands in 2021, and lets it run or moves it on.

use std::fs;
use std::path::{Path, PathBuf};

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
        let moment: DateTime<FixedOffset> =
            moment.parse().with_context(|| format!("{moment} is no moment"))?;
        let offset: TimeDelta = moment.to_utc() - real_now();
        // Whole or not at all: a half-written offset would be another time.
        let draft = self.file.with_extension("draft");
        fs::write(&draft, offset.num_milliseconds().to_string())
            .and_then(|()| fs::rename(&draft, &self.file))
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the other half of the services' clock")]
fn real_now() -> DateTime<Utc> {
    Utc::now()
}
