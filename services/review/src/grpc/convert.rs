//! Between the wire's words and ours: every bad field of a message is told at once.

use auth::Caller;
use postgres::Request;
use proto::review as pb;
use proto::{page, timestamp};
use refusal::{Fields, Reason, Refusal, Said};
use vocabulary::{CaseId, Day, ProgrammeId};

use crate::app::{DecideStep, ListCases, Page};
use crate::domain::{After, Case, CaseState, DecisionKind, Filter, Intent, Reviewer, Step, Verdict};

/// At most this many decisions in one call.
const MAX_DECISIONS: usize = 200;

pub fn case_id(message: &pb::GetCaseRequest) -> Result<CaseId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parse("case_id", &message.case_id);
    id.ok_or_else(|| fields.refusal())
}

pub fn list_cases(caller: &Caller, message: &pb::ListCasesRequest) -> Result<ListCases, Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse_optional::<ProgrammeId>("programme_id", &message.programme_id);
    let state =
        if message.state == 0 { None } else { fields.choice::<pb::CaseState>("state", message.state) };
    let (limit, after) = fields.page(message, |[arrival_number, case_id]| {
        Some(After { arrival_number: arrival_number.parse().ok()?, case_id: case_id.parse().ok()? })
    });
    fields.check()?;
    let turn_of = match (message.my_turn, caller.official()) {
        (true, Ok(official)) => Some((official.union, official.centre)),
        _ => None,
    };
    Ok(ListCases {
        scope: caller.scope()?,
        filter: Filter { state: state.and_then(state_name), turn_of, programme },
        after,
        limit,
    })
}

/// Refuses a list of decisions that is empty or too long; each is read when its turn comes.
pub fn decisions(message: pb::DecideStepsRequest) -> Result<Vec<pb::DecideStepRequest>, Refusal> {
    let mut fields = Fields::new();
    match message.decisions.len() {
        0 => fields.refuse("decisions", Reason::FieldRequired),
        count if count > MAX_DECISIONS => {
            fields.refuse("decisions", Refusal::new(Reason::TooMany).with("max", MAX_DECISIONS));
        }
        _ => return Ok(message.decisions),
    }
    Err(fields.refusal())
}

pub fn decide_step(caller: Caller, message: &pb::DecideStepRequest) -> Result<DecideStep, Refusal> {
    let official = caller.official()?;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&message.request_id);
    let case_id = fields.parse::<CaseId>("case_id", &message.case_id);
    let step = fields.number("step", message.step, 0..=i32::from(u8::MAX));
    let revision = fields.number("revision", message.revision, 1..=i32::MAX);
    let verdict = verdict(&mut fields, message);
    let (Some(request_id), Some(case_id), Some(step), Some(revision), Some(verdict), true) =
        (request_id, case_id, step, revision, verdict, fields.all_right())
    else {
        return Err(fields.refusal());
    };
    let reviewer = Reviewer {
        official_id: official.id,
        person_id: official.person.into(),
        union_id: official.union,
        union_path: official.path.clone(),
        centre: official.centre,
    };
    Ok(DecideStep {
        request: Request::new(request_id, &caller, "DecideStep", message),
        scope: caller.scope()?,
        reviewer,
        case_id,
        intent: Intent { step: usize::try_from(step).unwrap_or(usize::MAX), revision, verdict },
        caller,
    })
}

/// A rejection needs its reason, a return what to correct and until when.
fn verdict(fields: &mut Fields, message: &pb::DecideStepRequest) -> Option<Verdict> {
    let decision = fields.choice::<pb::Decision>("decision", message.decision)?;
    if decision == pb::Decision::Pass {
        return Some(Verdict::Pass);
    }
    if message.note.trim().is_empty() {
        fields.refuse("note", Reason::NoteRequired);
    }
    let note = fields.lines("note", &message.note, 0..=500);
    if decision == pb::Decision::Reject {
        return Some(Verdict::Reject { reason: note? });
    }
    let correct_by = fields.day("correct_by", &message.correct_by, Day::EARLIEST..=Day::LATEST);
    Some(Verdict::Return { correction: note?, correct_by: correct_by? })
}

/// What is a system's failure rather than an answer to this decision.
pub fn is_failure(said: &Said) -> bool {
    matches!(said.reason, Reason::Internal | Reason::Unavailable | Reason::Deadline | Reason::Overloaded)
}

/// A state as the table names it.
fn state_name(state: pb::CaseState) -> Option<&'static str> {
    match state {
        pb::CaseState::Unspecified => None,
        pb::CaseState::InReview => Some("in_review"),
        pb::CaseState::Returned => Some("returned"),
        pb::CaseState::Approved => Some("approved"),
        pb::CaseState::Rejected => Some("rejected"),
        pb::CaseState::Ended => Some("ended"),
    }
}

pub fn cases(asked: &pb::ListCasesRequest, page: &Page) -> pb::ListCasesResponse {
    let next = page
        .next
        .map(|after| page::token(asked, &[&after.arrival_number.to_string(), &after.case_id.to_string()]));
    pb::ListCasesResponse {
        cases: page.cases.iter().map(Into::into).collect(),
        next_page_token: next.unwrap_or_default(),
    }
}

impl From<&Case> for pb::Case {
    fn from(case: &Case) -> Self {
        let (correction, correct_by) = match &case.state {
            CaseState::Returned { correction, correct_by, .. } => {
                (correction.clone(), correct_by.to_string())
            }
            _ => Default::default(),
        };
        let current_step = case.current_step().and_then(|step| i32::try_from(step).ok());
        Self {
            id: case.id.to_string(),
            application_id: case.application_id.to_string(),
            application_number: case.application_number.clone(),
            programme_id: case.programme_id.to_string(),
            round_id: case.round_id.to_string(),
            masked_name: case.masked_name.clone(),
            arrival_number: case.arrival_number,
            state: pb::CaseState::from(&case.state).into(),
            current_step: current_step.unwrap_or(-1),
            steps: case.steps.iter().map(Into::into).collect(),
            correction,
            correct_by,
            revision: case.revision,
            submitted_at: Some(timestamp(case.submitted_at)),
        }
    }
}

impl From<&CaseState> for pb::CaseState {
    fn from(state: &CaseState) -> Self {
        match state {
            CaseState::InReview { .. } => Self::InReview,
            CaseState::Returned { .. } => Self::Returned,
            CaseState::Approved => Self::Approved,
            CaseState::Rejected => Self::Rejected,
            CaseState::Ended => Self::Ended,
        }
    }
}

impl From<&Step> for pb::Step {
    fn from(step: &Step) -> Self {
        let decision = step.decision.as_ref();
        Self {
            union_id: step.union_id.to_string(),
            union_name: step.union_name.clone(),
            centre: step.centre,
            decision: decision.map_or(pb::Decision::Unspecified, |made| made.kind.into()).into(),
            official_id: decision.map(|made| made.official_id.to_string()).unwrap_or_default(),
            decided_at: decision.map(|made| timestamp(made.at)),
            late: decision.is_some_and(|made| made.late),
            note: decision.map(|made| made.note.clone()).unwrap_or_default(),
        }
    }
}

impl From<DecisionKind> for pb::Decision {
    fn from(kind: DecisionKind) -> Self {
        match kind {
            DecisionKind::Pass => Self::Pass,
            DecisionKind::Return => Self::Return,
            DecisionKind::Reject => Self::Reject,
        }
    }
}
