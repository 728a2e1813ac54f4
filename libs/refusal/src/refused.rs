//! One refusal: a reason, the values of its sentence, and what is wrong in particular.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use vocabulary::Rule;

use crate::{Reason, Violation};

/// That something is refused, and why. Cheap to return: a pointer.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal(Box<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    reason: Reason,
    values: BTreeMap<&'static str, String>,
    bad_fields: Vec<Violation>,
    missing: Vec<Violation>,
    retry_in: Option<Duration>,
}

impl Refusal {
    /// A refusal for a reason.
    pub fn new(reason: Reason) -> Self {
        Self(Box::new(Parts {
            reason,
            values: BTreeMap::new(),
            bad_fields: Vec::new(),
            missing: Vec::new(),
            retry_in: None,
        }))
    }

    /// Gives a placeholder of the sentence its value. It travels in the metadata: never sensitive data.
    pub fn with(mut self, placeholder: &'static str, value: impl fmt::Display) -> Self {
        self.0.values.insert(placeholder, value.to_string());
        self
    }

    /// Tells the caller after what time trying again makes sense.
    pub fn retry_in(mut self, delay: Duration) -> Self {
        self.0.retry_in = Some(delay);
        self
    }

    pub(crate) fn with_bad_fields(mut self, bad_fields: Vec<Violation>) -> Self {
        self.0.bad_fields = bad_fields;
        self
    }

    pub(crate) fn with_missing(mut self, missing: Vec<Violation>) -> Self {
        self.0.missing = missing;
        self
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// What people are told, in Chinese.
    pub fn text(&self) -> String {
        self.fill(self.0.reason.text())
    }

    /// The same in English, for those who write clients.
    pub fn meaning(&self) -> String {
        self.fill(self.0.reason.meaning())
    }

    /// The rules behind it: its reason's, and those of every field or missing thing, each once, in order.
    pub(crate) fn rules(&self) -> Vec<Rule> {
        let particular =
            self.0.bad_fields.iter().chain(&self.0.missing).filter_map(|one| one.reason().rule());
        let mut rules: Vec<Rule> = self.0.reason.rule().into_iter().chain(particular).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    pub(crate) fn values(&self) -> &BTreeMap<&'static str, String> {
        &self.0.values
    }

    pub(crate) fn bad_fields(&self) -> &[Violation] {
        &self.0.bad_fields
    }

    pub(crate) fn missing(&self) -> &[Violation] {
        &self.0.missing
    }

    pub(crate) fn retry_delay(&self) -> Option<Duration> {
        self.0.retry_in
    }

    fn fill(&self, template: &str) -> String {
        let filled = self.0.values.iter().fold(template.to_owned(), |text, (placeholder, value)| {
            text.replace(&format!("{{{placeholder}}}"), value)
        });
        debug_assert!(self.fills(template), "{} lacks a value: {filled}", self.0.reason.code());
        filled
    }

    /// Whether every placeholder of a template has a value.
    fn fills(&self, template: &str) -> bool {
        let placeholders = template.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        placeholders.into_iter().all(|placeholder| self.0.values.contains_key(placeholder))
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self::new(reason)
    }
}

/// For logs: the code and the meaning, without what the caller sent.
impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.0.reason.code(), self.0.reason.meaning())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let particular: Vec<&Violation> = self.0.bad_fields.iter().chain(&self.0.missing).collect();
        write!(out, "Refusal({}, {:?}, {particular:?})", self.0.reason.code(), self.0.values)
    }
}

impl std::error::Error for Refusal {}
