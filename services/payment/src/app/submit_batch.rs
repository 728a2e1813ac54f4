//! Hands a draft to a second person.

use audit::{Action, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::payment as pb;
use vocabulary::BatchId;

use super::App;
use crate::domain::Clerk;
use crate::error::Error;
use crate::store;

const SUBMITTED: Action = Action::new("BATCH_SUBMITTED");

/// A batch to be handed on, as the door has read it.
#[derive(Debug)]
pub struct SubmitBatch {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// Who hands it on.
    pub clerk: Clerk,
    /// The batch.
    pub batch_id: BatchId,
}

impl App {
    /// Hands it on.
    pub async fn submit_batch(self, command: SubmitBatch) -> Result<pb::SubmitBatchResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let batch = store::batch::lock(&mut tx, &command.scope, command.batch_id).await?;
        let mut batch = batch.ok_or_else(Error::not_found)?;
        batch.submit(command.clerk)?;
        store::batch::save(&mut tx, &batch).await?;
        let subject = Subject::new("batch", batch.id);
        let entry = Entry::new(self.clock.now(), &command.caller, SUBMITTED, subject);
        audit::record(&mut tx, &entry.asked_by(command.request.id())).await?;
        let answer = pb::SubmitBatchResponse { batch: Some((&batch).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}
