//! What the journal's chain says of one operation.

use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::journal::rows::{OperationRow, digest, hash, unreadable};
use crate::domain::{ChainLink, Digest, Given, Kind, Sequence};

/// The operation at a place, with the chain before it.
pub async fn given(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    seq: Sequence,
) -> Result<Option<Given>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT one.op_id, one.kind, one.body, one.body_hash, one.chain, one.digest, one.decision::text AS "decision!",
                  before.digest AS "before?"
           FROM operation AS one
           LEFT JOIN operation AS before ON before.programme = one.programme AND before.seq = one.seq - 1
           WHERE one.programme = $1 AND one.seq = $2"#,
        programme.as_str(),
        seq.get()
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let operation = OperationRow {
        seq: seq.get(),
        op_id: row.op_id,
        kind: row.kind,
        body: row.body,
        body_hash: row.body_hash,
        chain: row.chain,
    };
    Ok(Some(Given {
        entry: operation.try_into()?,
        digest: digest(row.digest)?,
        before: row.before.map(digest).transpose()?,
        outcome: serde_json::from_str(&row.decision).map_err(|_| unreadable("operation"))?,
    }))
}

/// The chain at an operation.
pub async fn chain_at(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    seq: Sequence,
) -> Result<Option<Digest>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        "SELECT digest FROM operation WHERE programme = $1 AND seq = $2",
        programme.as_str(),
        seq.get()
    )
    .fetch_optional(db)
    .await?;
    row.map(digest).transpose()
}

/// The next operations after a sequence, as far as the chain holds them.
pub async fn links(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    stretch: i64,
) -> Result<Vec<ChainLink>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT seq, op_id, kind, body_hash, digest FROM operation
         WHERE programme = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
        programme.as_str(),
        after.get(),
        after.get() + stretch
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| {
        Ok(ChainLink {
            seq: row.seq.into(),
            id: row.op_id.into(),
            kind: Kind::read(&row.kind).ok_or_else(|| unreadable("operation"))?,
            body_hash: hash(row.body_hash)?,
            digest: digest(row.digest)?,
        })
    });
    read.collect()
}
