//! Between the trail's words and the wire's.

use proto::page;
use proto::shared::{
    Action, Checkpoint, Finding, FindingKind, ListActionsRequest, ListActionsResponse, VerifyTrailRequest,
    VerifyTrailResponse,
};
use refusal::{Fields, Reason, Refusal};

use crate::list::{Page, Wanted};
use crate::report::{Break, Report};
use crate::row::{Link, Row};

/// A subject's length in characters: its kind and an id.
const MAX_SUBJECT: usize = 200;

/// Anchors in one request.
const MAX_ANCHORS: usize = 100;

pub(crate) fn wanted(message: &ListActionsRequest) -> Result<Wanted, Refusal> {
    let mut fields = Fields::new();
    let (limit, before) = fields.page(message, |[id]| id.parse().ok());
    let subject = fields.text("subject", &message.subject, 0..=MAX_SUBJECT).unwrap_or_default();
    fields.check()?;
    // A subject that is not written `<kind>:<id>` is that of no action.
    let (kind, id) = subject.split_once(':').unwrap_or((&subject, ""));
    let subject = (!subject.is_empty()).then(|| (kind.to_owned(), id.to_owned()));
    Ok(Wanted { subject, before, limit: limit.into() })
}

pub(crate) fn actions(asked: &ListActionsRequest, page: Page) -> ListActionsResponse {
    let next = page.more_before.map(|id| page::token(asked, &[&id.to_string()]));
    ListActionsResponse {
        next_page_token: next.unwrap_or_default(),
        actions: page.rows.into_iter().map(action).collect(),
    }
}

pub(crate) fn anchors(message: &VerifyTrailRequest) -> Result<Vec<Link>, Refusal> {
    let mut fields = Fields::new();
    if message.anchors.len() > MAX_ANCHORS {
        fields.refuse("anchors", Refusal::new(Reason::TooMany).with("max", MAX_ANCHORS));
        return Err(fields.refusal());
    }
    let mut anchors = Vec::new();
    for (index, anchor) in message.anchors.iter().enumerate() {
        fields.inside(&format!("anchors[{index}]"), |fields| {
            let seq = fields.number("sequence", anchor.sequence, 1..=i64::MAX);
            let mut hash = [0; 32];
            match hex::decode_to_slice(&anchor.hash, &mut hash) {
                Ok(()) => anchors.extend(seq.map(|seq| Link { seq, hash })),
                Err(_) => fields.refuse("hash", Reason::ChoiceUnknown),
            }
        });
    }
    fields.check()?;
    Ok(anchors)
}

pub(crate) fn report(report: &Report) -> VerifyTrailResponse {
    VerifyTrailResponse {
        whole: report.is_whole(),
        entries: i64::try_from(report.rows).unwrap_or(i64::MAX),
        head: Some(Checkpoint { sequence: report.end.seq, hash: hex::encode(report.end.hash) }),
        findings: report.findings.iter().map(finding).collect(),
    }
}

fn finding(finding: &crate::Finding) -> Finding {
    let (kind, through) = match finding.kind {
        Break::Changed => (FindingKind::Changed, 0),
        Break::Unlinked => (FindingKind::Unlinked, 0),
        Break::Deleted { through } => (FindingKind::Deleted, through),
        Break::Inserted => (FindingKind::Inserted, 0),
        Break::CutOff { through } => (FindingKind::CutOff, through),
        Break::Rewritten => (FindingKind::Rewritten, 0),
        Break::HeadLost => (FindingKind::HeadLost, 0),
        Break::BadSignature => (FindingKind::BadSignature, 0),
        Break::Unsigned => (FindingKind::Unsigned, 0),
        Break::Unchained { .. } => (FindingKind::Unchained, 0),
    };
    Finding { sequence: finding.seq, kind: kind.into(), through }
}

fn action(row: Row) -> Action {
    let actor =
        if row.actor_id.is_empty() { row.actor_kind } else { format!("{}:{}", row.actor_kind, row.actor_id) };
    Action {
        sequence: row.seq.unwrap_or_default(),
        happened_at: row.happened_us.map(timestamp),
        actor,
        action: row.action,
        subject: format!("{}:{}", row.subject_kind, row.subject_id),
        union_path: row.union_path.unwrap_or_default(),
        detail_json: row.detail,
        hash: row.hash.map(hex::encode).unwrap_or_default(),
    }
}

fn timestamp(us: i64) -> prost_types::Timestamp {
    let nanos = us.rem_euclid(1_000_000) * 1_000;
    prost_types::Timestamp { seconds: us.div_euclid(1_000_000), nanos: i32::try_from(nanos).unwrap_or(0) }
}
