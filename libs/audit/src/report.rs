//! What a verification found.

use crate::Link;

/// More findings than this tell nothing more.
const MAX_FINDINGS: usize = 100;

/// The state of a trail, as far as it can be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many chained rows were read.
    pub rows: u64,
    /// The last of them: worth keeping elsewhere, as an anchor for a later verification.
    pub end: Link,
    /// Up to where a sound checkpoint covers the trail.
    pub signed_to: i64,
    /// Every break, at most 100; empty where the trail is whole.
    pub findings: Vec<Finding>,
}

/// One break, and where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The position in the chain; 0 for rows that have none.
    pub seq: i64,
    /// What is wrong there.
    pub kind: Break,
}

/// The ways in which a trail can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The row does not match its own hash.
    Changed,
    /// The row does not follow from the one before: that one was rewritten, or rows were exchanged.
    Unlinked,
    /// The rows from here to that position are missing.
    Deleted {
        /// The last that is missing.
        through: i64,
    },
    /// A row where none can be: at a position that is taken, or after the chain's end.
    Inserted,
    /// The trail's end, from here to at least that position, is missing.
    CutOff {
        /// The last that is known to have been there.
        through: i64,
    },
    /// The row has another hash than the head, a checkpoint or an anchor says: history up to here was rewritten.
    Rewritten,
    /// The record of the chain's end is gone.
    HeadLost,
    /// The checkpoint of this position was not signed by a key that is believed.
    BadSignature,
    /// No checkpoint covers the rows from here on, though they are old: checkpoints were deleted, or the job stands still.
    Unsigned,
    /// Rows have waited too long for their place: the job stands still, or somebody brought them in.
    Unchained {
        /// How many.
        rows: i64,
    },
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Findings as they are made: each once, and not without end.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, seq: i64, kind: Break) {
        let finding = Finding { seq, kind };
        if self.0.len() < MAX_FINDINGS && !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }

    pub(crate) fn first(&self) -> Option<Finding> {
        self.0.first().copied()
    }

    pub(crate) fn into_sorted(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.seq);
        self.0
    }
}
