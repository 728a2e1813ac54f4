//! Checkpoints of a line: what its chain was at a moment, signed by a key that the database does not hold.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::journal::rows::digest;
use crate::domain::{Digest, Sequence};

/// A published checkpoint.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The last operation that it covers.
    pub seq: Sequence,
    /// The SHA-256 chain there.
    pub digest: Digest,
    /// How many had arrived.
    pub arrivals: i64,
    /// When it was made, by PostgreSQL's clock.
    pub made_at: DateTime<Utc>,
    /// Which key has signed it.
    pub key_id: String,
    /// Its signature.
    pub signature: Vec<u8>,
}

/// Keeps a checkpoint; false where there is one of this operation.
pub async fn keep(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    checkpoint: &Checkpoint,
) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query!(
        "INSERT INTO checkpoint (programme, seq, digest, arrivals, made_at, key_id, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (programme, seq) DO NOTHING",
        programme.as_str(),
        checkpoint.seq.get(),
        checkpoint.digest.bytes(),
        checkpoint.arrivals,
        checkpoint.made_at,
        checkpoint.key_id,
        checkpoint.signature
    )
    .execute(db)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// The last operation that a checkpoint covers, and how long ago it was made, in seconds.
pub async fn last(
    db: &mut PgConnection,
    programme: &ProgrammeId,
) -> Result<Option<(Sequence, f64)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT seq, extract(epoch FROM clock_timestamp() - made_at)::float8 AS "age!" FROM checkpoint
           WHERE programme = $1 ORDER BY seq DESC LIMIT 1"#,
        programme.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.seq.into(), row.age)))
}

/// Reads checkpoints after a sequence, in order, at most so many. They are for everybody.
pub async fn list(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    limit: i64,
) -> Result<Vec<Checkpoint>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT seq, digest, arrivals, made_at, key_id, signature FROM checkpoint
         WHERE programme = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        programme.as_str(),
        after.get(),
        limit
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| {
        Ok(Checkpoint {
            seq: row.seq.into(),
            digest: digest(row.digest)?,
            arrivals: row.arrivals,
            made_at: row.made_at,
            key_id: row.key_id,
            signature: row.signature,
        })
    });
    read.collect()
}
