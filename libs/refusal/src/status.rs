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

/// How many help lines one status shows, and a programme has.
pub const MAX_HELP_LINES: usize = 4;

/// The descriptors of what a status carries beside its code, which reflection tells to whoever would read it.
pub const DESCRIPTORS: &[u8] = tonic_types::pb::FILE_DESCRIPTOR_SET;

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        Self::with_error_details(refusal.reason().grpc(), refusal.meaning(), details(&refusal))
    }
}

/// Shows with a refusal whom people can ask: names such as 职工咨询服务热线, each with its number. A
/// status of others is left as it is.
pub fn with_help_lines<'a>(status: Status, lines: impl IntoIterator<Item = (&'a str, &'a str)>) -> Status {
    let links: Vec<_> =
        lines.into_iter().take(MAX_HELP_LINES).map(|(name, phone)| help_link(name, phone)).collect();
    if of(&status).is_none() || links.is_empty() {
        return status;
    }
    let mut details = status.get_error_details();
    details.set_help(links);
    Status::with_error_details(status.code(), status.message(), details)
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
    /// Whom people can ask, each with the number.
    pub help_lines: Vec<String>,
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
        help_lines: details
            .help()
            .map(|help| help.links.iter().map(|link| link.description.clone()).collect())
            .unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderMap;

    use super::*;
    use crate::{Fields, Missing};

    /// What a client makes of the trailers that the server sent.
    fn sent(refusal: impl Into<Refusal>) -> (Status, HeaderMap) {
        let mut trailers = HeaderMap::new();
        Status::from(refusal.into()).add_header(&mut trailers).unwrap();
        (Status::from_header_map(&trailers).unwrap(), trailers)
    }

    #[test]
    fn a_refusal_survives_the_wire() {
        let refusal =
            Refusal::new(Reason::RoleRequired).with("roles", "财务人员").retry_in(Duration::from_secs(3));
        let (status, _) = sent(refusal);
        let said = said(&status).unwrap();

        assert_eq!(of(&status), Some(Reason::RoleRequired));
        assert_eq!((status.code(), said.code), (Code::PermissionDenied, Code::PermissionDenied));
        assert_eq!(status.message(), "The call needs one of these roles: 财务人员.");
        assert_eq!(said.text, "这项操作需要以下岗位之一：财务人员");
        assert_eq!(said.metadata["roles"], "财务人员");
        assert_eq!(said.metadata["rule"], "R-39");
        assert_eq!(said.retry_in, Some(Duration::from_secs(3)));
    }

    #[test]
    fn every_reason_survives_the_wire() {
        for reason in Reason::all() {
            let (status, _) = sent(filled(*reason));

            assert_eq!(of(&status), Some(*reason));
            assert_eq!(status.code(), reason.grpc(), "{}", reason.code());
            let rule = said(&status).unwrap().metadata.get("rule").cloned();
            assert_eq!(rule, reason.rule().map(|rule| rule.to_string()), "{}", reason.code());
        }
    }

    /// a refusal shows the programme's help lines, in a form that a phone can dial.
    #[test]
    fn help_lines_can_be_dialled() {
        let lines = [("职工咨询服务热线", "4000123318转0"), ("钢城区总工会服务热线", "0531-76891124")];
        let status = with_help_lines(Refusal::new(Reason::RoundNotOpen).into(), lines);
        let links = status.get_details_help().unwrap().links;

        assert_eq!(of(&status), Some(Reason::RoundNotOpen));
        assert_eq!(links[0].description, "职工咨询服务热线：4000123318转0");
        assert_eq!(links[0].url, "tel:4000123318");
        assert_eq!(links[1].url, "tel:0531-76891124");
    }

    /// every bad field at once, each with its reason, and in Chinese with its rule.
    #[test]
    fn every_bad_field_is_named_with_reason_and_rule() {
        let mut fields = Fields::new();
        fields.refuse("phone", Reason::PhoneVirtual);
        fields.refuse("id_number", Reason::IdNumberCheckDigit);
        fields.refuse("name", Reason::FieldRequired);
        let (status, _) = sent(fields.refusal());
        let said = said(&status).unwrap();

        let named: Vec<_> = said.bad_fields.iter().map(|bad| (bad.path(), bad.reason())).collect();
        let expected = [
            ("phone", Reason::PhoneVirtual),
            ("id_number", Reason::IdNumberCheckDigit),
            ("name", Reason::FieldRequired),
        ];
        assert_eq!(named, expected);
        assert_eq!(said.bad_fields[0].text(), Reason::PhoneVirtual.text());
        assert_eq!(said.metadata["rule"], "R-04,R-05");
        assert_eq!(said.text, "有3项填写不正确，请逐项改正");

        let raw = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(raw[0].description, format!("{}（R-04）", Reason::PhoneVirtual.text()));
        assert_eq!(raw[2].description, "此项必填");
    }

    /// all that is missing at once.
    #[test]
    fn everything_missing_is_named() {
        let mut missing = Missing::new();
        missing.note("fields.payee.account", Reason::BankCardCheckDigit);
        missing.note("fields.unit", Reason::FieldRequired);
        assert!(!missing.is_empty());
        assert_eq!(missing.things()[1].path(), "fields.unit");

        let refusal = missing.check(Reason::FieldsInvalid).unwrap_err();
        let said = said(&sent(refusal).0).unwrap();
        let named: Vec<_> = said.missing.iter().map(|one| (one.path(), one.reason())).collect();
        let expected =
            [("fields.payee.account", Reason::BankCardCheckDigit), ("fields.unit", Reason::FieldRequired)];
        assert_eq!(named, expected);
        assert_eq!(Missing::new().check(Reason::FieldsInvalid), Ok(()));
    }

    /// A client takes 16 KiB of headers, by default; whoever sends rubbish still hears what is wrong with it.
    #[test]
    fn the_longest_refusal_fits_the_headers() {
        let longest =
            Reason::all().iter().max_by_key(|reason| reason.text().len() + reason.code().len()).unwrap();
        let mut fields = Fields::new();
        for index in 0..1_000 {
            fields.refuse(&format!("rows[{index}].some_field_with_a_long_name"), filled(*longest));
        }
        let (name, phone) = ("职".repeat(40), "1".repeat(32));
        let lines = [(name.as_str(), phone.as_str()); 2 * MAX_HELP_LINES];
        let mut trailers = HeaderMap::new();
        let status = with_help_lines(fields.refusal().into(), lines);
        status.add_header(&mut trailers).unwrap();

        let bytes: usize = trailers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
        assert!(bytes < 14 * 1024, "{bytes} bytes");
        assert_eq!(said(&status).unwrap().metadata["count"], "1000");
    }

    /// A refusal whose placeholders all have some value.
    fn filled(reason: Reason) -> Refusal {
        let placeholders = reason.meaning().split('{').skip(1).filter_map(|rest| rest.split('}').next());
        placeholders.fold(Refusal::new(reason), |refusal, name| refusal.with(name, 1_000_000))
    }

    #[test]
    fn a_status_of_others_says_nothing_to_us() {
        let foreign = Status::with_error_details(
            Code::NotFound,
            "gone",
            ErrorDetails::with_error_info("NOT_FOUND", "example.org", HashMap::new()),
        );
        for status in [foreign, Status::new(Code::NotFound, "NOT_FOUND")] {
            assert_eq!(of(&status), None);
            assert!(said(&status).is_none());
        }
    }
}
