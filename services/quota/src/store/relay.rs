//! The journal on its way out: up to where each line was told, and to whom.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::types::PgInterval;
use vocabulary::ProgrammeId;

use super::journal::rows::{digest, slug, unreadable};
use crate::domain::{Digest, Happening, Kind, Promotion, Sequence};

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearer {
    /// Subsidy, of those who move up.
    Subsidy,
    /// Hearers outside, of places and rounds.
    Outside,
}

impl Hearer {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Subsidy => "SUBSIDY",
            Self::Outside => "OUTSIDE",
        }
    }
}

/// A line that is this replica's to tell, for ten seconds: no transaction is open while it goes out.
#[derive(Debug)]
pub struct Claimed {
    /// Whose line it is.
    pub programme: ProgrammeId,
    /// The last operation that was told.
    pub told: Sequence,
    /// The last operation of the line.
    pub last: Sequence,
}

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

/// Takes the lines that went on since this hearer was told.
pub async fn claim(database: &PgPool, hearer: Hearer) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE relay SET claimed_until = now() + interval '10 seconds' FROM line
         WHERE line.programme = relay.programme AND relay.hearer = $1
           AND relay.claimed_until < now() AND relay.seq < line.last_seq
         RETURNING relay.programme, relay.seq, line.last_seq",
        hearer.as_str()
    )
    .fetch_all(database)
    .await?;
    let claimed = rows.into_iter().map(|row| {
        Ok(Claimed { programme: slug(&row.programme)?, told: row.seq.into(), last: row.last_seq.into() })
    });
    claimed.collect()
}

/// Reads the operations of a claimed line by which somebody moved up, in order, at most so many.
pub async fn promotions(database: &PgPool, line: &Claimed, most: i64) -> Result<Vec<Promoting>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, digest, promoted::text AS "promoted!" FROM operation
           WHERE programme = $1 AND promoted IS NOT NULL AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4"#,
        line.programme.as_str(),
        line.told.get(),
        line.last.get(),
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

/// Reads what happened in a claimed line, in order, at most so many operations.
pub async fn happened(database: &PgPool, line: &Claimed, most: i64) -> Result<Vec<Happened>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, digest, kind, body, decision::text AS "decision!" FROM operation
           WHERE programme = $1 AND seq > $2 AND seq <= $3 ORDER BY seq"#,
        line.programme.as_str(),
        line.told.get(),
        line.last.get().min(line.told.get() + most)
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

/// Notes up to where a line was told, and gives it back: the next stretch goes out after this rest at the earliest.
pub async fn told(
    database: &PgPool,
    hearer: Hearer,
    programme: &ProgrammeId,
    seq: Sequence,
    rest: Duration,
) -> Result<(), sqlx::Error> {
    let rest = PgInterval::try_from(rest).map_err(sqlx::Error::Encode)?;
    sqlx::query!(
        "UPDATE relay SET claimed_until = now() + $4::interval, seq = greatest(seq, $3)
         WHERE programme = $1 AND hearer = $2",
        programme.as_str(),
        hearer.as_str(),
        seq.get(),
        rest
    )
    .execute(database)
    .await
    .map(drop)
}
