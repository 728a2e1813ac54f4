//! Gathers what is due into a draft batch.

use audit::{Action, Detail, Entry, Subject};
use auth::Caller;
use futures::{StreamExt, TryStreamExt, stream};
use postgres::Request;
use proto::payment as pb;
use refusal::Reason;
use sqlx::PgConnection;
use uuid::Uuid;
use vocabulary::{BatchId, Fen, InstructionId, ProgrammeId};

use super::App;
use crate::clients::SealedPayee;
use crate::domain::{Batch, BatchState, Clerk, Instruction, InstructionState};
use crate::error::Error;
use crate::store;
use crate::store::instalment::Due;

const PREPARED: Action = Action::new("BATCH_PREPARED");
/// How many payees are asked for at once.
const LOOKS_AT_ONCE: usize = 16;

/// A batch to be prepared, as the door has read it.
#[derive(Debug)]
pub struct PrepareBatch {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// Who prepares it.
    pub clerk: Clerk,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// At most this many instalments.
    pub limit: u16,
}

/// An instruction with its payee, before anything is written.
struct Draft {
    instruction: Instruction,
    payee: Vec<u8>,
}

impl App {
    /// Prepares a batch. Payees are asked for before the transaction begins; what another batch has taken meanwhile is
    /// left out of this one, and the look at its payee is in subsidy's record all the same.
    pub async fn prepare_batch(self, command: PrepareBatch) -> Result<pb::PrepareBatchResponse, Error> {
        let mut connection = self.database.acquire().await?;
        if let Some(answer) = command.request.kept(&mut connection).await? {
            return Ok(answer);
        }
        let due =
            store::instalment::due(&mut connection, &command.programme_id, command.limit.into()).await?;
        drop(connection);
        let batch_id = BatchId::new();
        let looks = stream::iter(due).map(|due| self.draft(batch_id, due)).buffered(LOOKS_AT_ONCE);
        let drafts: Vec<Option<Draft>> = looks.try_collect().await?;
        let drafts: Vec<Draft> = drafts.into_iter().flatten().collect();

        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let drafts = still_due(&mut tx, drafts).await?;
        let batch = self.batch(&command, batch_id, &drafts)?;
        store::batch::insert(&mut tx, &batch).await?;
        for draft in &drafts {
            store::instruction::insert(&mut tx, &draft.instruction, &draft.payee).await?;
        }
        audit::record(&mut tx, &entry(&command, &batch)).await?;
        let answer = pb::PrepareBatchResponse { batch: Some((&batch).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// The instruction for an instalment; none where subsidy refuses the payee, which is no reason to pay nobody.
    async fn draft(&self, batch_id: BatchId, due: Due) -> Result<Option<Draft>, Error> {
        let id = InstructionId::new();
        let Some(payee) = self.subsidy.payee(due.application_id, id).await? else {
            tracing::warn!(application = %due.application_id, "no payee: the instalment stays out of the batch");
            return Ok(None);
        };
        let instruction = Instruction {
            id,
            number: id.uuid().simple().to_string().to_uppercase(),
            batch_id,
            instalment_id: due.id,
            application_id: due.application_id,
            amount: due.amount,
            channel: payee.channel,
            masked_account: payee.masked_account(),
            state: InstructionState::Pending,
            failure: String::new(),
        };
        Ok(Some(Draft { instruction, payee: SealedPayee::seal(&self.keyring, id, &payee)? }))
    }

    fn batch(&self, command: &PrepareBatch, id: BatchId, drafts: &[Draft]) -> Result<Batch, Error> {
        if drafts.is_empty() {
            return Err(Error::refused(Reason::NothingDue));
        }
        let total = Fen::checked_sum(drafts.iter().map(|draft| draft.instruction.amount));
        Ok(Batch {
            id,
            programme_id: command.programme_id.clone(),
            state: BatchState::Draft,
            instruction_count: i32::try_from(drafts.len()).map_err(|_| Error::too_large())?,
            total: total.ok_or_else(Error::too_large)?,
            prepared_by: command.clerk,
            prepared_at: self.clock.now(),
            decided_by: None,
            decided_at: None,
            refusal: String::new(),
        })
    }
}

async fn still_due(connection: &mut PgConnection, drafts: Vec<Draft>) -> Result<Vec<Draft>, Error> {
    let ids: Vec<Uuid> = drafts.iter().map(|draft| draft.instruction.instalment_id.uuid()).collect();
    let taken = store::instalment::take_due(connection, &ids).await?;
    let ours = |draft: &Draft| taken.contains(&draft.instruction.instalment_id.uuid());
    Ok(drafts.into_iter().filter(ours).collect())
}

fn entry(command: &PrepareBatch, batch: &Batch) -> Entry {
    let detail = Detail::new()
        .with("programme", &batch.programme_id)
        .with("instructions", batch.instruction_count)
        .with("total_fen", batch.total);
    Entry::new(batch.prepared_at, &command.caller, PREPARED, Subject::new("batch", batch.id))
        .asked_by(command.request.id())
        .with(detail)
}
