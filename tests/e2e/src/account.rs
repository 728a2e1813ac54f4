//! The account at the end: each figure beside what somebody else holds, and whether they agree.

use std::fmt::{Display, Write as _};

use anyhow::{Result, bail};
use refusal::Reason;
use tonic::{Response, Status};

/// A figure that two hold.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is about, such as `seats`.
    pub about: &'static str,
    /// What it counts.
    pub what: String,
    /// Who else holds it, and what it is there.
    pub theirs: (String, String),
    /// What our services say.
    pub ours: String,
    /// Whether they agree.
    pub agrees: bool,
}

/// A wrong attempt, and the answer to it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What was tried.
    pub what: String,
    /// The reason of the refusal.
    pub reason: &'static str,
    /// The rules behind it.
    pub rules: String,
    /// What people are told, in Chinese.
    pub text: String,
}

/// All that was compared.
#[derive(Debug, Default)]
pub struct Account {
    figures: Vec<Figure>,
    attempts: Vec<Attempt>,
}

impl Account {
    /// Holds a figure of ours against what somebody else has.
    #[expect(clippy::needless_pass_by_value, reason = "most figures are numbers, and all are short")]
    pub(crate) fn compare<T: Display + PartialEq>(
        &mut self,
        about: &'static str,
        what: impl Into<String>,
        (holder, theirs): (&str, T),
        ours: T,
    ) {
        let agrees = theirs == ours;
        let theirs = (holder.to_owned(), theirs.to_string());
        self.figures.push(Figure { about, what: what.into(), theirs, ours: ours.to_string(), agrees });
    }

    /// Notes a wrong attempt, which must have been refused for this reason; answers what to tell of it.
    pub(crate) fn refused<T>(
        &mut self,
        what: &str,
        answer: Result<Response<T>, Status>,
        reason: Reason,
    ) -> Result<String> {
        let Err(status) = answer else {
            bail!("{what}: it was allowed, and should have been refused with {reason:?}");
        };
        let Some(said) = refusal::said(&status).filter(|said| said.reason == reason) else {
            bail!("{what}: refused otherwise than with {reason:?}: {status:?}");
        };
        let rules = said.metadata.get("rule").cloned().unwrap_or_default();
        let why = [reason.code(), &rules].join(" ");
        let told = format!("✗ {what} → {} 「{}」", why.trim_end(), said.text);
        self.attempts.push(Attempt { what: what.to_owned(), reason: reason.code(), rules, text: said.text });
        Ok(told)
    }

    /// Every figure.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Every wrong attempt; each was refused as it should be.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Whether all figures agree.
    pub fn agrees(&self) -> bool {
        self.figures.iter().all(|figure| figure.agrees)
    }

    /// The account as a page of text.
    pub(crate) fn page(&self) -> String {
        let mut page = String::from("\nThe account: what must agree\n");
        for Figure { about, what, theirs: (holder, theirs), ours, agrees } in &self.figures {
            let verdict = if *agrees { "agrees" } else { "DIFFERS" };
            let _ = writeln!(page, "  {verdict:7}  {about:13} {what}: {ours}; {holder}: {theirs}");
        }
        let _ = writeln!(
            page,
            "  {} figures, {} differ; {} wrong attempts, each refused for its reason",
            self.figures.len(),
            self.figures.iter().filter(|figure| !figure.agrees).count(),
            self.attempts.len()
        );
        page
    }
}
