//! One bad field, or one missing thing, in a refusal that names all of them.

use vocabulary::Rule;

use crate::{Reason, Refusal};

/// Where something is wrong and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    path: String,
    reason: Reason,
    text: String,
}

impl Violation {
    pub(crate) fn new(path: impl Into<String>, refusal: &Refusal) -> Self {
        Self { path: path.into(), reason: refusal.reason(), text: refusal.text() }
    }

    /// The field's path in the message, such as `fields.payee.account`, or what is missing.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What people are told, in Chinese.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The sentence with the rule behind it, as the details on the wire describe it: `…（R-04）`.
    pub(crate) fn description(&self) -> String {
        match self.reason.rule() {
            Some(rule) => format!("{}{}", self.text, bracketed(rule)),
            None => self.text.clone(),
        }
    }

    /// Reads one back from the details of a status.
    pub(crate) fn read(path: &str, code: &str, description: &str) -> Option<Self> {
        let reason = Reason::from_code(code)?;
        let suffix = reason.rule().map(bracketed).unwrap_or_default();
        let text = description.strip_suffix(&suffix).unwrap_or(description);
        Some(Self { path: path.to_owned(), reason, text: text.to_owned() })
    }
}

fn bracketed(rule: Rule) -> String {
    format!("（{rule}）")
}
