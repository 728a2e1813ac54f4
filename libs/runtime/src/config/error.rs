//! What is wrong with a configuration: every problem, not just the first.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, such as `database.url`.
    pub key: String,
    /// What is wrong with it; never the value, which may be a secret.
    pub what: String,
}

/// All that is wrong, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(out, "{line_break}{}: {}", problem.key, problem.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
