//! What happened in a line, on its way to hearers outside: the journal is their outbox.

use sqlx::PgPool;
use vocabulary::ProgrammeId;

use super::journal::rows::{digest, slug, unreadable};
use crate::domain::{Digest, Happening, Kind, Sequence};

/// An operation.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Its place.
    pub seq: Sequence,
    /// The SHA-256 chain there.
    pub digest: Digest,
    /// What hearers are told; none where they are told nothing.
    pub what: Option<Happening>,
}

/// Takes the lines that have something to tell, for ten seconds: no transaction is open while it goes out. Gives each with the
/// last sequence told.
pub async fn claim(database: &PgPool) -> Result<Vec<(ProgrammeId, Sequence)>, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE outlet SET claimed_until = now() + interval '10 seconds' FROM line
         WHERE line.programme = outlet.programme AND outlet.claimed_until < now() AND outlet.seq < line.last_seq
         RETURNING outlet.programme, outlet.seq"
    )
    .fetch_all(database)
    .await?;
    rows.into_iter().map(|row| Ok((slug(&row.programme)?, row.seq.into()))).collect()
}

/// Reads what happened after a sequence, in order, at most so many operations.
pub async fn after(
    database: &PgPool,
    programme: &ProgrammeId,
    after: Sequence,
    most: i64,
) -> Result<Vec<Happened>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, digest, kind, body, decision::text AS "decision!" FROM operation
           WHERE programme = $1 AND seq > $2 ORDER BY seq LIMIT $3"#,
        programme.as_str(),
        after.get(),
        most
    )
    .fetch_all(database)
    .await?;
    let read = rows.into_iter().map(|row| {
        let kind = Kind::read(&row.kind).ok_or_else(|| unreadable("operation"))?;
        let outcome = serde_json::from_str(&row.decision).map_err(|_| unreadable("operation"))?;
        let what = Happening::of(kind, &row.body, &outcome);
        Ok(Happened { seq: row.seq.into(), digest: digest(row.digest)?, what })
    });
    read.collect()
}

/// Notes up to where a line was told, and gives it back after a while: in a rush a second is told in a few strokes.
pub async fn told(database: &PgPool, programme: &ProgrammeId, seq: Sequence) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE outlet SET claimed_until = now() + interval '500 milliseconds', seq = greatest(seq, $2)
         WHERE programme = $1",
        programme.as_str(),
        seq.get()
    )
    .execute(database)
    .await
    .map(drop)
}
