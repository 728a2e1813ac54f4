//! What is still missing before something can be done, all of it told together.

use crate::{Reason, Refusal, Violation};

/// How many missing things one refusal names. More would outgrow the headers that carry a status' details.
const MAX_NAMED: usize = 32;

/// Collects what is missing: first all of it, then one refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    things: Vec<Violation>,
}

impl Missing {
    /// Nothing is missing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that something is missing, such as `materials.chsi_report`, and why it is needed or does not count.
    pub fn note(&mut self, subject: impl Into<String>, refusal: impl Into<Refusal>) {
        self.things.push(Violation::new(subject, &refusal.into()));
    }

    /// All that is missing, in the order in which it was noted.
    pub fn things(&self) -> &[Violation] {
        &self.things
    }

    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    /// Refuses, for the reason given, if anything is missing.
    pub fn check(mut self, reason: Reason) -> Result<(), Refusal> {
        if self.is_empty() {
            return Ok(());
        }
        let count = self.things.len();
        self.things.truncate(MAX_NAMED);
        Err(Refusal::new(reason).with("count", count).with_missing(self.things))
    }
}
