//! Which lines there are, their windows, and PostgreSQL's clock.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::rows::{slug, unreadable};
use crate::domain::{Digest, Epoch, Link, Mode, Round, RoundState};

/// Whether a line was made or was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New,
    /// It was there before.
    Before,
}

/// Makes the line of a programme.
pub async fn create(db: &mut PgConnection, programme: &ProgrammeId) -> Result<Created, sqlx::Error> {
    let digest = Digest::start(programme);
    let link = Link::start();
    let made = sqlx::query!(
        "INSERT INTO line (programme, epoch, base_seq, last_seq, last_chain, digest, mode, arrivals)
         VALUES ($1, $2, 0, 0, $3, $4, $5, 0) ON CONFLICT (programme) DO NOTHING",
        programme.as_str(),
        Epoch::FIRST.get(),
        link.bytes(),
        digest.bytes(),
        Mode::Log.as_str()
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "INSERT INTO relay (programme, hearer, seq) VALUES ($1, 'SUBSIDY', 0), ($1, 'OUTSIDE', 0)
         ON CONFLICT (programme, hearer) DO NOTHING",
        programme.as_str()
    )
    .execute(db)
    .await?;
    Ok(if made.rows_affected() == 1 { Created::New } else { Created::Before })
}

/// All lines. A programme is a year, so there are few.
pub async fn programmes(db: &mut PgConnection) -> Result<Vec<ProgrammeId>, sqlx::Error> {
    let names = sqlx::query_scalar!("SELECT programme FROM line ORDER BY programme").fetch_all(db).await?;
    names.iter().map(|name| slug(name)).collect()
}

/// PostgreSQL's clock.
pub async fn read_clock(db: &mut PgConnection) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(db).await
}

/// The rounds of a line, as committed.
pub async fn rounds(db: &mut PgConnection, programme: &ProgrammeId) -> Result<Vec<Round>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT round, opens_at, closes_at, state FROM round WHERE programme = $1 ORDER BY opens_at",
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    let read = |state: &str| match state {
        "NEW" => Ok(RoundState::New),
        "OPEN" => Ok(RoundState::Open),
        "CLOSED" => Ok(RoundState::Closed),
        _ => Err(unreadable("round")),
    };
    rows.into_iter()
        .map(|row| {
            let state = read(&row.state)?;
            Ok(Round { id: slug(&row.round)?, opens_at: row.opens_at, closes_at: row.closes_at, state })
        })
        .collect()
}

/// Sets the windows of a line; what its rounds have come to stays.
pub async fn replace_rounds(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    rounds: &[Round],
) -> Result<(), sqlx::Error> {
    let names: Vec<String> = rounds.iter().map(|round| round.id.to_string()).collect();
    let opens: Vec<DateTime<Utc>> = rounds.iter().map(|round| round.opens_at).collect();
    let closes: Vec<DateTime<Utc>> = rounds.iter().map(|round| round.closes_at).collect();
    sqlx::query!(
        "DELETE FROM round WHERE programme = $1 AND NOT (round = ANY($2::text[]))",
        programme.as_str(),
        &names
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "INSERT INTO round (programme, round, opens_at, closes_at)
         SELECT $1, * FROM UNNEST($2::text[], $3::timestamptz[], $4::timestamptz[])
         ON CONFLICT (programme, round) DO UPDATE SET opens_at = EXCLUDED.opens_at, closes_at = EXCLUDED.closes_at",
        programme.as_str(),
        &names,
        &opens,
        &closes
    )
    .execute(db)
    .await
    .map(drop)
}
