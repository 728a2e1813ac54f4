//! A case and its steps, as they stand.

use chrono::{DateTime, Utc};
use vocabulary::{
    ApplicationId, CaseId, Day, OfficialId, PersonId, ProgrammeId, RoundId, UnionId, UnionPath,
};

use super::DecisionKind;

/// The review of one application.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The application under review.
    pub application_id: ApplicationId,
    /// The number people know it by.
    pub application_number: String,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The round.
    pub round_id: RoundId,
    /// Who applied.
    pub person_id: PersonId,
    /// The applicant's name, masked.
    pub masked_name: String,
    /// The arrival number.
    pub arrival_number: i64,
    /// Where it stands.
    pub state: CaseState,
    /// Counts corrections.
    pub revision: i32,
    /// The chosen union's path.
    pub union_path: UnionPath,
    /// The last day of the review window.
    pub review_until: Day,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// From the chosen union up to the Culture Centre.
    pub steps: Vec<Step>,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    /// Waits for the decision of this step.
    InReview {
        /// The index of the step.
        step: usize,
    },
    /// Waits for the worker's correction; then this step decides again.
    Returned {
        /// The index of the step that asked.
        step: usize,
        /// What is to be corrected.
        correction: String,
        /// The last day for it.
        correct_by: Day,
    },
    /// Approved by the Culture Centre.
    Approved,
    /// Rejected.
    Rejected,
    /// The application ended without a decision.
    Ended,
}

/// One union's decision in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The union that decides.
    pub union_id: UnionId,
    /// Its name, as it was at submission.
    pub union_name: String,
    /// True for the Culture Centre.
    pub centre: bool,
    /// What was decided.
    pub decision: Option<StepDecision>,
}

/// A decision, and who made it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDecision {
    /// What was decided.
    pub kind: DecisionKind,
    /// The official.
    pub official_id: OfficialId,
    /// The official as a person.
    pub person_id: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// After the review window's end.
    pub late: bool,
    /// The reason, or what was to be corrected.
    pub note: String,
}

impl Step {
    /// A step that nobody has decided.
    pub fn open(union_id: UnionId, union_name: String, centre: bool) -> Self {
        Self { union_id, union_name, centre, decision: None }
    }
}

impl Case {
    /// The index of the step whose turn it is, also while the worker corrects.
    pub fn current_step(&self) -> Option<usize> {
        match self.state {
            CaseState::InReview { step } | CaseState::Returned { step, .. } => Some(step),
            CaseState::Approved | CaseState::Rejected | CaseState::Ended => None,
        }
    }

    /// The worker has sent a correction: the step that asked decides again, earlier passes stand. False where the
    /// case does not wait for it, or knows a revision as new.
    pub fn correct(&mut self, revision: i32) -> bool {
        let CaseState::Returned { step, .. } = self.state else { return false };
        if revision < self.revision {
            return false;
        }
        self.revision = revision;
        self.steps[step].decision = None;
        self.state = CaseState::InReview { step };
        true
    }

    /// The application has ended by itself. False where the case was over already.
    pub fn end(&mut self) -> bool {
        let over = self.current_step().is_none();
        if !over {
            self.state = CaseState::Ended;
        }
        !over
    }
}
