//! A batch: one official of the Culture Centre prepares it, another decides it.

use chrono::{DateTime, Utc};
use refusal::{Reason, Refusal};
use uuid::Uuid;
use vocabulary::{BatchId, Fen, OfficialId, ProgrammeId};

/// A finance official of the Culture Centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clerk {
    /// The appointment.
    pub official_id: OfficialId,
    /// The human being behind it.
    pub person_id: Uuid,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// Prepared.
    Draft,
    /// Waits for a second person.
    Submitted,
    /// Its instructions go out.
    Approved,
    /// Its instalments are due again.
    Refused,
    /// Every instruction has its answer.
    Settled,
}

/// Instalments that are paid together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The batch.
    pub id: BatchId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// Where it stands.
    pub state: BatchState,
    /// How many instructions.
    pub instruction_count: i32,
    /// Their sum.
    pub total: Fen,
    /// Who prepared it.
    pub prepared_by: Clerk,
    /// When.
    pub prepared_at: DateTime<Utc>,
    /// Who decided it.
    pub decided_by: Option<Clerk>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refusal: String,
}

impl Batch {
    /// Hands a draft on.
    pub fn submit(&mut self, clerk: Clerk) -> Result<(), Refusal> {
        if clerk.official_id != self.prepared_by.official_id {
            return Err(Reason::BatchOfAnother.into());
        }
        if self.state != BatchState::Draft {
            return Err(Reason::BatchNotDraft.into());
        }
        self.state = BatchState::Submitted;
        Ok(())
    }

    /// Approves it, if its total is what the second person has looked at.
    pub fn approve(&mut self, clerk: Clerk, seen: Fen, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.awaits(clerk)?;
        if seen != self.total {
            return Err(Refusal::new(Reason::BatchTotalDiffers).with("total_fen", self.total.get()));
        }
        self.decide(BatchState::Approved, clerk, now);
        Ok(())
    }

    /// Refuses it.
    pub fn refuse(&mut self, clerk: Clerk, reason: String, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.awaits(clerk)?;
        self.refusal = reason;
        self.decide(BatchState::Refused, clerk, now);
        Ok(())
    }

    /// Whether this person may decide it now.
    fn awaits(&self, clerk: Clerk) -> Result<(), Refusal> {
        let maker = self.prepared_by;
        if clerk.official_id == maker.official_id || clerk.person_id == maker.person_id {
            return Err(Reason::MakerIsChecker.into());
        }
        if self.state != BatchState::Submitted {
            return Err(Reason::BatchNotSubmitted.into());
        }
        Ok(())
    }

    fn decide(&mut self, state: BatchState, clerk: Clerk, now: DateTime<Utc>) {
        self.state = state;
        self.decided_by = Some(clerk);
        self.decided_at = Some(now);
    }
}
