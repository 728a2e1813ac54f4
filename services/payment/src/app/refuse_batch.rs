//! Refuses a batch: its instalments are due again.

use audit::{Action, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::payment as pb;
use vocabulary::BatchId;

use super::App;
use crate::domain::{Clerk, InstalmentState};
use crate::error::Error;
use crate::store;

const REFUSED: Action = Action::new("BATCH_REFUSED");

/// A refusal, as the door has read it.
#[derive(Debug)]
pub struct RefuseBatch {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// Who refuses.
    pub clerk: Clerk,
    /// The batch.
    pub batch_id: BatchId,
    /// Why.
    pub reason: String,
}

impl App {
    /// Refuses it; what its instructions knew of payees is forgotten.
    pub async fn refuse_batch(self, command: RefuseBatch) -> Result<pb::RefuseBatchResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let batch = store::batch::lock(&mut tx, &command.scope, command.batch_id).await?;
        let mut batch = batch.ok_or_else(Error::not_found)?;
        let now = self.clock.now();
        batch.refuse(command.clerk, command.reason, now)?;
        store::batch::save(&mut tx, &batch).await?;
        store::instalment::move_batch(&mut tx, batch.id, InstalmentState::Due).await?;
        store::instruction::withdraw(&mut tx, batch.id).await?;
        let entry = Entry::new(now, &command.caller, REFUSED, Subject::new("batch", batch.id));
        audit::record(&mut tx, &entry.asked_by(command.request.id())).await?;
        let answer = pb::RefuseBatchResponse { batch: Some((&batch).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}
