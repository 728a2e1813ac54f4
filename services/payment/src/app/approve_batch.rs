//! Approves a batch: its instructions go out.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::payment as pb;
use vocabulary::{BatchId, Fen};

use super::App;
use crate::domain::{Clerk, InstalmentState};
use crate::error::Error;
use crate::store;

const APPROVED: Action = Action::new("BATCH_APPROVED");

/// An approval, as the door has read it.
#[derive(Debug)]
pub struct ApproveBatch {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// Who approves.
    pub clerk: Clerk,
    /// The batch.
    pub batch_id: BatchId,
    /// The total that was looked at.
    pub total: Fen,
}

impl App {
    /// Approves it, and stores the intent to pay; a job does the paying, and does it again until there is an answer.
    pub async fn approve_batch(self, command: ApproveBatch) -> Result<pb::ApproveBatchResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let batch = store::batch::lock(&mut tx, &command.scope, command.batch_id).await?;
        let mut batch = batch.ok_or_else(Error::not_found)?;
        let now = self.clock.now();
        batch.approve(command.clerk, command.total, now)?;
        store::batch::save(&mut tx, &batch).await?;
        store::instalment::move_batch(&mut tx, batch.id, InstalmentState::Paying).await?;
        store::instruction::release(&mut tx, batch.id).await?;
        let entry = Entry::new(now, &command.caller, APPROVED, Subject::new("batch", batch.id))
            .asked_by(command.request.id())
            .with(Detail::new().with("total_fen", batch.total));
        audit::record(&mut tx, &entry).await?;
        let answer = pb::ApproveBatchResponse { batch: Some((&batch).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}
