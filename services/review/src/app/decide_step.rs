//! Decides a step of a case.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use chrono::{DateTime, Utc};
use postgres::Request;
use proto::review as pb;
use proto::review::{CaseDecided, CaseReturned, StepDecided};
use sqlx::PgConnection;
use vocabulary::CaseId;

use super::App;
use crate::domain::{Case, CaseState, Decided, DecisionKind, Intent, Reviewer, decide};
use crate::error::Error;
use crate::store;

const STEP_DECIDED: Action = Action::new("STEP_DECIDED");

/// A decision as the door has read it.
#[derive(Debug, Clone)]
pub struct DecideStep {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// Who decides.
    pub reviewer: Reviewer,
    /// The case.
    pub case_id: CaseId,
    /// The decision.
    pub intent: Intent,
}

impl App {
    /// Decides, tells it, and keeps the answer: all in one transaction. The case is locked, so of two decisions at once
    /// the second finds the step decided.
    pub async fn decide_step(self, command: DecideStep) -> Result<pb::DecideStepResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let case = store::case::lock(&mut tx, &command.scope, command.case_id).await?;
        let mut case = case.ok_or_else(Error::no_such_case)?;
        let now = self.clock.now();
        let step = command.intent.step;
        let decided = decide(&mut case, &command.reviewer, command.intent.clone(), now)?;
        store::case::save(&mut tx, &case).await?;
        announce(&mut tx, &case, step, decided, now).await?;
        audit::record(&mut tx, &entry(&case, &command, now)).await?;
        let answer = pb::DecideStepResponse { case: Some((&case).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// Tells subsidy of the step, and of what it means for the application.
async fn announce(
    connection: &mut PgConnection,
    case: &Case,
    step: usize,
    decided: Decided,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let subject = case.application_id.to_string();
    messaging::announce(connection, &subject, &step_decided(case, step)).await?;
    match decided {
        Decided::Onward => {}
        Decided::Returned => {
            if let Some(event) = case_returned(case, now) {
                messaging::announce(connection, &subject, &event).await?;
            }
        }
        Decided::Approved | Decided::Rejected => {
            messaging::announce(connection, &subject, &case_decided(case, step, decided, now)).await?;
        }
    }
    Ok(())
}

fn step_decided(case: &Case, index: usize) -> StepDecided {
    let step = &case.steps[index];
    let decision = step.decision.as_ref();
    StepDecided {
        case_id: case.id.to_string(),
        application_id: case.application_id.to_string(),
        step: i32::try_from(index).unwrap_or(i32::MAX),
        union_id: step.union_id.to_string(),
        union_name: step.union_name.clone(),
        centre: step.centre,
        decision: decision.map_or(pb::Decision::Unspecified, |made| made.kind.into()).into(),
        decided_at: decision.map(|made| proto::timestamp(made.at)),
    }
}

fn case_returned(case: &Case, now: DateTime<Utc>) -> Option<CaseReturned> {
    let CaseState::Returned { step, correction, correct_by } = &case.state else { return None };
    let step = &case.steps[*step];
    Some(CaseReturned {
        case_id: case.id.to_string(),
        application_id: case.application_id.to_string(),
        correction: correction.clone(),
        correct_by: correct_by.to_string(),
        revision: case.revision,
        union_name: step.union_name.clone(),
        returned_at: Some(proto::timestamp(now)),
    })
}

fn case_decided(case: &Case, step: usize, decided: Decided, now: DateTime<Utc>) -> CaseDecided {
    let note = case.steps[step].decision.as_ref().map_or("", |made| made.note.as_str());
    CaseDecided {
        case_id: case.id.to_string(),
        application_id: case.application_id.to_string(),
        approved: decided == Decided::Approved,
        reason: note.to_owned(),
        decided_at: Some(proto::timestamp(now)),
    }
}

/// who decided which step how. What the reviewer wrote stays in the case.
fn entry(case: &Case, command: &DecideStep, now: DateTime<Utc>) -> Entry {
    let decision = match command.intent.verdict.kind() {
        DecisionKind::Pass => "pass",
        DecisionKind::Return => "return",
        DecisionKind::Reject => "reject",
    };
    let detail = Detail::new()
        .with("step", command.intent.step)
        .with("revision", case.revision)
        .with("application", case.application_id);
    let detail = detail.with("decision", decision);
    Entry::new(now, &command.caller, STEP_DECIDED, Subject::new("case", case.id))
        .under(&case.union_path)
        .asked_by(command.request.id())
        .with(detail)
}
