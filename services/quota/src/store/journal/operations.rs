//! The journal itself: operations in their order. It is read by stretches of sequences, and never by a limit on their number: while a
//! table that grows has no statistics, PostgreSQL sorts all that is left of it for each page.

use std::collections::HashMap;

use sqlx::PgConnection;
use sqlx::types::Uuid;
use vocabulary::{OperationId, ProgrammeId};

use super::rows::{OperationRow, hash};
use crate::domain::{Entry, Sequence};

/// Reads the next so many operations after a sequence, in order.
pub async fn after(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    stretch: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query_as!(
        OperationRow,
        "SELECT seq, op_id, kind, body, body_hash, chain FROM operation
         WHERE programme = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
        programme.as_str(),
        after.get(),
        after.get() + stretch
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// Reads which operations are known in the next stretch after a sequence: id, sequence, hash.
pub async fn known(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    stretch: i64,
) -> Result<Vec<(OperationId, i64, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT op_id, seq, body_hash FROM operation WHERE programme = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
        programme.as_str(),
        after.get(),
        after.get() + stretch
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.op_id.into(), row.seq, row.body_hash)).collect())
}

/// Of these operations, those that are in the journal: place and hash.
pub async fn known_of(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    ids: &[Uuid],
) -> Result<HashMap<OperationId, (Sequence, [u8; 32])>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT op_id, seq, body_hash FROM operation WHERE programme = $1 AND op_id = ANY($2)",
        programme.as_str(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((row.op_id.into(), (row.seq.into(), hash(row.body_hash)?)))).collect()
}
