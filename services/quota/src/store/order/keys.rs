//! The keys of a line. All carry one hash tag, so that a cluster keeps them together.

use vocabulary::ProgrammeId;

use crate::domain::Epoch;

/// The keys of one epoch of a line.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    /// What all keys of the line begin with.
    pub(super) line: String,
    /// Names the epoch that takes operations.
    pub(super) current: String,
    /// Sequence, chain, where the epoch began, open round.
    pub(super) meta: String,
    /// Operation id to sequence and hash.
    pub(super) dedup: String,
    /// The log.
    pub(super) log: String,
}

impl Keys {
    pub(super) fn of(prefix: &str, programme: &ProgrammeId, epoch: Epoch) -> Self {
        Self::named(prefix, programme, &epoch.to_string())
    }

    /// The keys of something that is not an epoch yet.
    pub(super) fn named(prefix: &str, programme: &ProgrammeId, name: &str) -> Self {
        let line = format!("{prefix}{{{programme}}}");
        Self {
            current: format!("{line}:current"),
            meta: format!("{line}:{name}:meta"),
            dedup: format!("{line}:{name}:dedup"),
            log: format!("{line}:{name}:log"),
            line,
        }
    }

    pub(super) fn all(&self) -> [&str; 4] {
        [&self.current, &self.meta, &self.dedup, &self.log]
    }
}
