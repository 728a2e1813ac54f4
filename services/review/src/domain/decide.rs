//! Deciding a step: whether this official may, and what the case is afterwards.

use chrono::{DateTime, Utc};
use refusal::{Reason, Refusal};
use vocabulary::Day;

use super::{Case, CaseState, Reviewer, StepDecision, Verdict};

/// What an official means to decide, having looked at one step and one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The index of the step.
    pub step: usize,
    /// The revision looked at.
    pub revision: i32,
    /// The decision.
    pub verdict: Verdict,
}

/// What a decision leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// The next step's turn.
    Onward,
    /// The worker's turn.
    Returned,
    /// Approved for good.
    Approved,
    /// Rejected for good.
    Rejected,
}

/// Decides a step of a case that the reviewer can see, and changes the case accordingly.
pub fn decide(
    case: &mut Case,
    reviewer: &Reviewer,
    intent: Intent,
    now: DateTime<Utc>,
) -> Result<Decided, Refusal> {
    may_decide(case, reviewer, &intent)?;
    let today = Day::of(now);
    if let Verdict::Return { correct_by, .. } = &intent.verdict {
        within_review(*correct_by, today, case.review_until)?;
    }
    case.steps[intent.step].decision = Some(StepDecision {
        kind: intent.verdict.kind(),
        official_id: reviewer.official_id,
        person_id: reviewer.person_id,
        at: now,
        late: today > case.review_until,
        note: intent.verdict.note().to_owned(),
    });
    Ok(move_on(case, intent))
}

/// Whether it is this official's to decide, and still what the official has looked at.
fn may_decide(case: &Case, reviewer: &Reviewer, intent: &Intent) -> Result<(), Refusal> {
    let current = match case.state {
        CaseState::InReview { step } => step,
        CaseState::Returned { .. } => return Err(Reason::CaseAwaitsCorrection.into()),
        CaseState::Approved | CaseState::Rejected | CaseState::Ended => {
            return Err(Reason::CaseClosed.into());
        }
    };
    if intent.step != current {
        return Err(Reason::StepNotCurrent.into());
    }
    let step = &case.steps[current];
    if (step.union_id, step.centre) != (reviewer.union_id, reviewer.centre) {
        return Err(Reason::StepNotYours.into());
    }
    if intent.revision != case.revision {
        return Err(Reason::RevisionChanged.into());
    }
    if case.person_id == reviewer.person_id {
        return Err(Reason::OwnApplication.into());
    }
    let decided_another =
        |person| case.steps.iter().flat_map(|step| &step.decision).any(|d| d.person_id == person);
    if decided_another(reviewer.person_id) {
        return Err(Reason::AnotherStepDecided.into());
    }
    Ok(())
}

/// a correction is due from tomorrow to the end of the review window.
fn within_review(correct_by: Day, today: Day, review_until: Day) -> Result<(), Refusal> {
    if correct_by > today && correct_by <= review_until {
        return Ok(());
    }
    Err(Refusal::new(Reason::CorrectionDayOutOfReview).with("until", review_until))
}

fn move_on(case: &mut Case, intent: Intent) -> Decided {
    let step = intent.step;
    let (state, decided) = match intent.verdict {
        Verdict::Pass if step + 1 < case.steps.len() => {
            (CaseState::InReview { step: step + 1 }, Decided::Onward)
        }
        Verdict::Pass => (CaseState::Approved, Decided::Approved),
        Verdict::Return { correction, correct_by } => {
            (CaseState::Returned { step, correction, correct_by }, Decided::Returned)
        }
        Verdict::Reject { .. } => (CaseState::Rejected, Decided::Rejected),
    };
    case.state = state;
    decided
}

#[cfg(test)]
mod tests;
