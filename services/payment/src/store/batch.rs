//! `batch`: the Culture Centre's affair; nobody else sees a row.

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::{BatchId, ProgrammeId};

use super::names::{Named, fen, unreadable};
use crate::domain::{Batch, BatchState, Clerk};

struct Row {
    batch_id: Uuid,
    programme_id: String,
    state: String,
    instruction_count: i32,
    total_fen: i64,
    prepared_by: Uuid,
    prepared_by_person: Uuid,
    prepared_at: DateTime<Utc>,
    decided_by: Option<Uuid>,
    decided_by_person: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    refusal: String,
}

impl TryFrom<Row> for Batch {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let decided = row.decided_by.zip(row.decided_by_person);
        Ok(Self {
            id: row.batch_id.into(),
            programme_id: row.programme_id.parse().map_err(unreadable)?,
            state: BatchState::named(&row.state)?,
            instruction_count: row.instruction_count,
            total: fen(row.total_fen)?,
            prepared_by: Clerk { official_id: row.prepared_by.into(), person_id: row.prepared_by_person },
            prepared_at: row.prepared_at,
            decided_by: decided.map(|(id, person_id)| Clerk { official_id: id.into(), person_id }),
            decided_at: row.decided_at,
            refusal: row.refusal,
        })
    }
}

/// Adds a draft.
pub async fn insert(connection: &mut PgConnection, batch: &Batch) -> Result<(), Error> {
    query!(
        "INSERT INTO batch (batch_id, programme_id, state, instruction_count, total_fen, prepared_by,
             prepared_by_person, prepared_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        batch.id.uuid(),
        batch.programme_id.as_str(),
        batch.state.name(),
        batch.instruction_count,
        batch.total.get(),
        batch.prepared_by.official_id.uuid(),
        batch.prepared_by.person_id,
        batch.prepared_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads a batch within the scope.
pub async fn get(connection: &mut PgConnection, scope: &Scope, id: BatchId) -> Result<Option<Batch>, Error> {
    let row = query_as!(
        Row,
        "SELECT batch_id, programme_id, state, instruction_count, total_fen, prepared_by, prepared_by_person,
                prepared_at, decided_by, decided_by_person, decided_at, refusal
         FROM batch WHERE $1 AND batch_id = $2",
        scope.sees_everything(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Reads a batch within the scope, and holds it until the transaction ends.
pub async fn lock(connection: &mut PgConnection, scope: &Scope, id: BatchId) -> Result<Option<Batch>, Error> {
    query_scalar!("SELECT batch_id FROM batch WHERE batch_id = $1 FOR UPDATE", id.uuid())
        .fetch_optional(&mut *connection)
        .await?;
    get(connection, scope, id).await
}

/// Lists batches within the scope, newest first, from before a batch.
pub async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    programme: Option<&ProgrammeId>,
    before: Option<BatchId>,
    limit: i64,
) -> Result<Vec<Batch>, Error> {
    let rows = query_as!(
        Row,
        "SELECT batch_id, programme_id, state, instruction_count, total_fen, prepared_by, prepared_by_person,
                prepared_at, decided_by, decided_by_person, decided_at, refusal
         FROM batch
         WHERE $1 AND ($2::text IS NULL OR programme_id = $2) AND ($3::uuid IS NULL OR batch_id < $3)
         ORDER BY batch_id DESC
         LIMIT $4",
        scope.sees_everything(),
        programme.map(ProgrammeId::as_str),
        before.map(BatchId::uuid),
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes where a batch stands.
pub async fn save(connection: &mut PgConnection, batch: &Batch) -> Result<(), Error> {
    query!(
        "UPDATE batch SET state = $2, decided_by = $3, decided_by_person = $4, decided_at = $5, refusal = $6
         WHERE batch_id = $1",
        batch.id.uuid(),
        batch.state.name(),
        batch.decided_by.map(|clerk| clerk.official_id.uuid()),
        batch.decided_by.map(|clerk| clerk.person_id),
        batch.decided_at,
        batch.refusal,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Closes a batch when its last instruction has its answer. The caller holds it.
pub async fn settle(connection: &mut PgConnection, id: BatchId) -> Result<(), Error> {
    query!(
        "UPDATE batch SET state = 'settled'
         WHERE batch_id = $1 AND state = 'approved' AND NOT EXISTS (
             SELECT FROM instruction WHERE batch_id = $1 AND state IN ('pending', 'sent'))",
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
