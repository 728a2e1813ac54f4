//! Business time: real time plus an offset, so that a demo or a test can stand in May 2021.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

crate::settings! {
    /// Business time. In production nothing is set here.
    pub struct ClockConfig {
        /// A file that holds the offset of business time from real time, in milliseconds as text. It is read anew at each
        /// look at the clock; where it cannot be read the offset is 0. Only for demo and tests.
        offset_file: PathBuf [optional],
    }
}

/// Where a service takes the time from. Windows, deadlines and ages go by [`Clock::now`]; tokens, call deadlines and
/// retries by [`Clock::real_now`].
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_file: Option<Arc<PathBuf>>,
}

impl Clock {
    /// A clock by this configuration.
    pub fn new(config: &ClockConfig) -> Self {
        Self { offset_file: config.offset_file.clone().map(Arc::new) }
    }

    /// Business time.
    pub fn now(&self) -> DateTime<Utc> {
        Self::real_now() + self.offset()
    }

    /// How far business time is ahead of real time.
    pub fn offset(&self) -> TimeDelta {
        let text = self.offset_file.as_deref().and_then(|file| std::fs::read_to_string(file).ok());
        let milliseconds = text.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        TimeDelta::try_milliseconds(milliseconds).unwrap_or_default()
    }

    /// Real time, in microseconds: what tables keep, so that an instant is read back as it was answered.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn real_now() -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn business_time_follows_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("offset");
        let clock = Clock::new(&ClockConfig { offset_file: Some(file.clone()) });
        assert_eq!(clock.offset(), TimeDelta::zero(), "a file that is not there is no offset");

        std::fs::write(&file, "-3600000\n").unwrap();

        assert_eq!(clock.offset(), TimeDelta::hours(-1));
        assert!(clock.now() < Clock::real_now() - TimeDelta::minutes(59));
    }

    #[test]
    fn an_instant_is_what_tables_keep() {
        let now = Clock::real_now();
        assert_eq!(now, now.trunc_subsecs(6));
    }
}
