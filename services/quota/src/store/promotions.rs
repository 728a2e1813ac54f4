//! Promotions on their way out: the journal is their outbox.

use sqlx::PgPool;
use vocabulary::ProgrammeId;

use super::journal::rows::{digest, slug, unreadable};
use crate::domain::{Digest, Promotion, Sequence};

/// An operation by which somebody moved up.
#[derive(Debug, Clone)]
pub struct Promoting {
    /// Its place.
    pub seq: Sequence,
    /// The SHA-256 chain there.
    pub digest: Digest,
    /// Who moved up, in order.
    pub promotions: Vec<Promotion>,
}

/// Takes the lines that have promotions to publish, for ten seconds: no transaction is open while they go out. Gives each
/// with the last sequence published.
pub async fn claim(database: &PgPool) -> Result<Vec<(ProgrammeId, Sequence)>, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE announced SET claimed_until = now() + interval '10 seconds'
         WHERE claimed_until < now() AND EXISTS (
             SELECT FROM operation
             WHERE operation.programme = announced.programme AND promoted IS NOT NULL AND operation.seq > announced.seq)
         RETURNING programme, seq"
    )
    .fetch_all(database)
    .await?;
    rows.into_iter().map(|row| Ok((slug(&row.programme)?, row.seq.into()))).collect()
}

/// Reads operations by which somebody moved up, after a sequence, in order.
pub async fn after(
    database: &PgPool,
    programme: &ProgrammeId,
    after: Sequence,
    most: i64,
) -> Result<Vec<Promoting>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, digest, promoted::text AS "promoted!" FROM operation
           WHERE programme = $1 AND promoted IS NOT NULL AND seq > $2 ORDER BY seq LIMIT $3"#,
        programme.as_str(),
        after.get(),
        most
    )
    .fetch_all(database)
    .await?;
    let read = rows.into_iter().map(|row| {
        let promotions = serde_json::from_str(&row.promoted).map_err(|_| unreadable("operation"))?;
        Ok(Promoting { seq: row.seq.into(), digest: digest(row.digest)?, promotions })
    });
    read.collect()
}

/// Notes up to where promotions are with the broker, and gives the line back. What no queue takes yet is tried again in a
/// second.
pub async fn published(database: &PgPool, programme: &ProgrammeId, seq: Sequence) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE announced
         SET claimed_until = CASE WHEN seq < $2 THEN now() ELSE now() + interval '1 second' END, seq = greatest(seq, $2)
         WHERE programme = $1",
        programme.as_str(),
        seq.get()
    )
    .execute(database)
    .await
    .map(drop)
}
