//! From rows to the law's words and back. A row that says something unknown is a bug of ours or a damaged table.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::Error;
use uuid::Uuid;

use crate::domain::{Case, CaseState, DecisionKind, Step, StepDecision};

/// A row of `review_case`.
pub struct CaseRow {
    pub case_id: Uuid,
    pub application_id: Uuid,
    pub application_number: String,
    pub programme_id: String,
    pub round_id: String,
    pub person_id: Uuid,
    pub masked_name: String,
    pub arrival_number: i64,
    pub state: String,
    pub current_step: Option<i32>,
    pub revision: i32,
    pub correction: Option<String>,
    pub correct_by: Option<NaiveDate>,
    pub union_path: String,
    pub review_until: NaiveDate,
    pub submitted_at: DateTime<Utc>,
}

/// A row of `review_step`.
pub struct StepRow {
    pub case_id: Uuid,
    pub union_id: Uuid,
    pub union_name: String,
    pub centre: bool,
    pub decision: Option<String>,
    pub official_id: Option<Uuid>,
    pub person_id: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
    pub late: bool,
    pub note: String,
}

impl CaseRow {
    /// The case, with these steps.
    pub fn with_steps(self, steps: Vec<Step>) -> Result<Case, Error> {
        Ok(Case {
            state: self.state()?,
            id: self.case_id.into(),
            application_id: self.application_id.into(),
            programme_id: self.programme_id.parse().map_err(decode)?,
            round_id: self.round_id.parse().map_err(decode)?,
            union_path: self.union_path.parse().map_err(decode)?,
            person_id: self.person_id.into(),
            application_number: self.application_number,
            masked_name: self.masked_name,
            arrival_number: self.arrival_number,
            revision: self.revision,
            review_until: self.review_until.into(),
            submitted_at: self.submitted_at,
            steps,
        })
    }

    fn state(&self) -> Result<CaseState, Error> {
        let step = self.current_step.map(usize::try_from).transpose().map_err(decode)?;
        Ok(match (self.state.as_str(), step, &self.correction, self.correct_by) {
            ("in_review", Some(step), ..) => CaseState::InReview { step },
            ("returned", Some(step), Some(correction), Some(correct_by)) => {
                CaseState::Returned { step, correction: correction.clone(), correct_by: correct_by.into() }
            }
            ("approved", None, ..) => CaseState::Approved,
            ("rejected", None, ..) => CaseState::Rejected,
            ("ended", None, ..) => CaseState::Ended,
            (state, ..) => return Err(decode(format!("a case in state {state:?} does not fit its columns"))),
        })
    }
}

impl TryFrom<StepRow> for Step {
    type Error = Error;

    fn try_from(row: StepRow) -> Result<Self, Error> {
        let decision = match (row.decision, row.official_id, row.person_id, row.decided_at) {
            (Some(kind), Some(official), Some(person), Some(at)) => Some(StepDecision {
                kind: decision_kind(&kind)?,
                official_id: official.into(),
                person_id: person.into(),
                at,
                late: row.late,
                note: row.note,
            }),
            _ => None,
        };
        Ok(Self { union_id: row.union_id.into(), union_name: row.union_name, centre: row.centre, decision })
    }
}

/// A decision as the table names it.
pub fn decision_name(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Pass => "pass",
        DecisionKind::Return => "return",
        DecisionKind::Reject => "reject",
    }
}

/// A state as the table names it.
pub fn state_name(state: &CaseState) -> &'static str {
    match state {
        CaseState::InReview { .. } => "in_review",
        CaseState::Returned { .. } => "returned",
        CaseState::Approved => "approved",
        CaseState::Rejected => "rejected",
        CaseState::Ended => "ended",
    }
}

fn decision_kind(name: &str) -> Result<DecisionKind, Error> {
    match name {
        "pass" => Ok(DecisionKind::Pass),
        "return" => Ok(DecisionKind::Return),
        "reject" => Ok(DecisionKind::Reject),
        other => Err(decode(format!("a decision {other:?} is not known"))),
    }
}

fn decode(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Decode(error.into())
}
