//! From a refusal to a gRPC status, and back for those who receive one.

use std::collections::HashMap;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, HelpLink, PreconditionViolation, StatusExt};

use crate::{Reason, Refusal, Violation};

/// The domain of every `ErrorInfo` of this system.
pub const DOMAIN: &str = "yuanmeng";

/// The language in which people are told.
const LOCALE: &str = "zh-CN";

/// The metadata that names the rules.
const RULE: &str = "rule";

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        Self::with_error_details(refusal.reason().grpc(), refusal.meaning(), details(&refusal))
    }
}

/// The reason of a status that one of our services gave; none for any other.
pub fn of(status: &Status) -> Option<Reason> {
    let info = status.get_details_error_info().filter(|info| info.domain == DOMAIN)?;
    Reason::from_code(&info.reason)
}

/// All that a status of one of our services says, as clients and tests read it.
#[derive(Debug, Clone)]
pub struct Said {
    /// Why.
    pub reason: Reason,
    /// The gRPC code.
    pub code: Code,
    /// What people are told, in Chinese.
    pub text: String,
    /// The rules, and the values of the sentence's placeholders.
    pub metadata: HashMap<String, String>,
    /// Every bad field.
    pub bad_fields: Vec<Violation>,
    /// Everything that is missing.
    pub missing: Vec<Violation>,
    /// After what time trying again makes sense.
    pub retry_in: Option<std::time::Duration>,
}

/// Reads what a status says; none for a status that is not one of our services'.
pub fn said(status: &Status) -> Option<Said> {
    let details = status.get_error_details();
    let info = details.error_info().filter(|info| info.domain == DOMAIN)?;
    let bad_fields = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
    let missing =
        details.precondition_failure().map(|failure| failure.violations.as_slice()).unwrap_or_default();

    Some(Said {
        reason: Reason::from_code(&info.reason)?,
        code: status.code(),
        text: details.localized_message().map(|message| message.message.clone()).unwrap_or_default(),
        metadata: info.metadata.clone(),
        bad_fields: bad_fields
            .iter()
            .filter_map(|bad| Violation::read(&bad.field, &bad.reason, &bad.description))
            .collect(),
        missing: missing
            .iter()
            .filter_map(|one| Violation::read(&one.subject, &one.r#type, &one.description))
            .collect(),
        retry_in: details.retry_info().and_then(|info| info.retry_delay),
    })
}

fn details(refusal: &Refusal) -> ErrorDetails {
    let mut details = ErrorDetails::new();
    details.set_error_info(refusal.reason().code(), DOMAIN, metadata(refusal));
    details.set_localized_message(LOCALE, refusal.text());

    let bad_fields: Vec<_> = refusal.bad_fields().iter().map(field_violation).collect();
    if !bad_fields.is_empty() {
        details.set_bad_request(bad_fields);
    }
    let missing: Vec<_> = refusal.missing().iter().map(precondition_violation).collect();
    if !missing.is_empty() {
        details.set_precondition_failure(missing);
    }
    if let Some(delay) = refusal.retry_delay() {
        details.set_retry_info(Some(delay));
    }
    let lines: Vec<_> = refusal.help_lines().iter().map(|line| help_link(&line.name, &line.phone)).collect();
    if !lines.is_empty() {
        details.set_help(lines);
    }
    details
}

fn metadata(refusal: &Refusal) -> HashMap<String, String> {
    let mut metadata: HashMap<String, String> =
        refusal.values().iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let rules: Vec<String> = refusal.rules().iter().map(ToString::to_string).collect();
    if !rules.is_empty() {
        metadata.insert(RULE.to_owned(), rules.join(","));
    }
    metadata
}

fn field_violation(violation: &Violation) -> FieldViolation {
    FieldViolation {
        field: violation.path().to_owned(),
        description: violation.description(),
        reason: violation.reason().code().to_owned(),
        localized_message: None,
    }
}

fn precondition_violation(violation: &Violation) -> PreconditionViolation {
    PreconditionViolation::new(violation.reason().code(), violation.path(), violation.description())
}

fn help_link(name: &str, phone: &str) -> HelpLink {
    // `4000123318转0` is dialled up to the word, the rest is said to people only.
    let dialled: String =
        phone.chars().take_while(|character| matches!(character, '0'..='9' | '-')).collect();
    HelpLink::new(format!("{name}：{phone}"), format!("tel:{dialled}"))
}
