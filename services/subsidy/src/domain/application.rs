//! One worker's claim in one round, and what may happen to it when.

use chrono::{DateTime, Utc};
use refusal::{Reason, Refusal};
use serde::{Deserialize, Serialize};
use vocabulary::{
    ApplicationId, Day, OperationId, PersonId, ProgrammeId, RoundId, UnionId, UnionPath, WorkerId,
};

use super::fields::{Change, Fields};
use super::material::Material;
use super::place::Receipt;
use super::study::Study;

/// An application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The number people know it by.
    pub number: String,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The round, decided by the season of entry.
    pub round_id: RoundId,
    /// The worker.
    pub worker_id: WorkerId,
    /// The worker as a person.
    pub person_id: PersonId,
    /// The worker's name, masked.
    pub masked_name: String,
    /// Where it stands.
    pub state: ApplicationState,
    /// What the worker wrote.
    pub fields: Fields,
    /// What the worker studies.
    pub study: Study,
    /// The path of the union under which the worker stands.
    pub union_path: UnionPath,
    /// The revision of the data.
    pub revision: i32,
    /// The revision printed last; 0 if none.
    pub printed_revision: i32,
    /// What was uploaded.
    pub materials: Vec<Material>,
    /// The place in line, from submission on.
    pub receipt: Option<Receipt>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
}

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplicationState {
    /// Being filled in.
    Draft,
    /// The place is being taken by this operation; the review chain is fixed.
    Submitting {
        /// What quota is asked by.
        operation: OperationId,
        /// Who will review, from the chosen union up.
        chain: Vec<ReviewUnion>,
    },
    /// In line and under review.
    InReview,
    /// Returned for correction.
    Returned {
        /// What is to be corrected.
        correction: String,
        /// The last day for it.
        correct_by: Day,
    },
    /// Approved by the Culture Centre.
    Approved,
    /// Rejected.
    Rejected,
    /// Withdrawn by the worker.
    Withdrawn,
    /// Not corrected in time.
    Expired,
    /// All its grants are paid in full.
    Paid,
}

/// A union in a review chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewUnion {
    /// The union.
    pub id: UnionId,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: UnionPath,
}

impl Application {
    /// Makes changes to a draft or a returned application. A change after printing makes a new revision, so that the old
    /// print no longer counts. False where nothing is different.
    pub fn change(&mut self, changes: Vec<Change>, now: DateTime<Utc>) -> Result<bool, Refusal> {
        self.may_change(now)?;
        let before = self.fields.clone();
        for change in changes {
            self.fields.apply(change);
        }
        if self.fields == before {
            return Ok(false);
        }
        if self.printed_revision == self.revision {
            self.revision += 1;
        }
        Ok(true)
    }

    /// Whether data and materials may change now.
    pub fn may_change(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match &self.state {
            ApplicationState::Draft => Ok(()),
            ApplicationState::Returned { correct_by, .. } => in_time(*correct_by, now),
            _ => Err(Reason::ApplicationLocked.into()),
        }
    }

    /// Whether a correction may be sent now.
    pub fn may_correct(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match &self.state {
            ApplicationState::Returned { correct_by, .. } => in_time(*correct_by, now),
            _ => Err(Reason::NotReturned.into()),
        }
    }

    /// Takes the application back. True where it has a place to give up.
    pub fn withdraw(&mut self) -> Result<bool, Refusal> {
        let has_place = match self.state {
            ApplicationState::Draft => false,
            ApplicationState::InReview | ApplicationState::Returned { .. } => true,
            ApplicationState::Submitting { .. } => return Err(Reason::SubmissionUnderWay.into()),
            ApplicationState::Approved
            | ApplicationState::Rejected
            | ApplicationState::Withdrawn
            | ApplicationState::Expired
            | ApplicationState::Paid => return Err(Reason::ApplicationEnded.into()),
        };
        self.state = ApplicationState::Withdrawn;
        Ok(has_place)
    }

    /// The material of a kind, if it is there.
    pub fn material(&self, kind: super::MaterialKind) -> Option<&Material> {
        self.materials.iter().find(|material| material.kind == kind)
    }

    /// Whether it is finally approved.
    pub const fn is_approved(&self) -> bool {
        matches!(self.state, ApplicationState::Approved | ApplicationState::Paid)
    }
}

/// The day itself is still in time.
fn in_time(last: Day, now: DateTime<Utc>) -> Result<(), Refusal> {
    if now < last.ends_at() { Ok(()) } else { Err(Reason::CorrectionTooLate.into()) }
}

impl ApplicationState {
    /// As tables name it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitting { .. } => "submitting",
            Self::InReview => "in_review",
            Self::Returned { .. } => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Paid => "paid",
        }
    }
}

#[cfg(test)]
mod tests;
