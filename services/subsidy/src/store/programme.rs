//! `programme`, `round`, `pool`.

use sqlx::{Error, PgConnection, query, query_scalar};
use vocabulary::{ApplicationId, Fen, ProgrammeId, Window, WorkerId};

use super::row::decode;
use crate::domain::{HelpLine, Pool, Programme, Round};

/// Reads a programme with its rounds and pools.
pub async fn get(connection: &mut PgConnection, id: &ProgrammeId) -> Result<Option<Programme>, Error> {
    let row = query!(
        "SELECT title, year, help_lines, settings FROM programme WHERE programme_id = $1",
        id.as_str()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Programme {
        id: id.clone(),
        title: row.title,
        year: row.year,
        rounds: rounds(connection, id).await?,
        pools: pools(connection, id).await?,
        help_lines: serde_json::from_value(row.help_lines).map_err(decode)?,
        settings: serde_json::from_value(row.settings).map_err(decode)?,
    }))
}

/// The help lines of the programme of a worker's own application; none of anybody else's.
pub async fn help_lines(
    connection: &mut PgConnection,
    worker: WorkerId,
    application: ApplicationId,
) -> Result<Vec<HelpLine>, Error> {
    let lines = query_scalar!(
        "SELECT help_lines FROM programme JOIN application USING (programme_id)
         WHERE application_id = $1 AND worker_id = $2",
        application.uuid(),
        worker.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    lines.map_or(Ok(Vec::new()), |lines| serde_json::from_value(lines).map_err(decode))
}

async fn rounds(connection: &mut PgConnection, id: &ProgrammeId) -> Result<Vec<Round>, Error> {
    let rows = query!(
        "SELECT round_id, name, apply_from, apply_until, review_from, review_until FROM round
         WHERE programme_id = $1 ORDER BY apply_from, round_id",
        id.as_str()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Round {
                id: row.round_id.parse().map_err(decode)?,
                name: row.name,
                apply: Window::new(row.apply_from.into(), row.apply_until.into()).map_err(decode)?,
                review: Window::new(row.review_from.into(), row.review_until.into()).map_err(decode)?,
            })
        })
        .collect()
}

/// Widest scope first: a path grows with its depth.
async fn pools(connection: &mut PgConnection, id: &ProgrammeId) -> Result<Vec<Pool>, Error> {
    let rows = query!(
        "SELECT pool_id, name, union_id, union_path, seats, amount_fen FROM pool
         WHERE programme_id = $1 ORDER BY length(union_path), pool_id",
        id.as_str()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Pool {
                id: row.pool_id.parse().map_err(decode)?,
                name: row.name,
                union_id: row.union_id.into(),
                union_path: row.union_path.parse().map_err(decode)?,
                seats: row.seats,
                amount: Fen::try_from(row.amount_fen).map_err(decode)?,
            })
        })
        .collect()
}

/// Writes a programme whole, new or changed.
pub async fn save(connection: &mut PgConnection, programme: &Programme) -> Result<(), Error> {
    query!(
        "INSERT INTO programme (programme_id, title, year, help_lines, settings) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (programme_id) DO UPDATE SET title = excluded.title, year = excluded.year,
             help_lines = excluded.help_lines, settings = excluded.settings, applied_at = now()",
        programme.id.as_str(),
        programme.title,
        programme.year,
        serde_json::to_value(&programme.help_lines).map_err(decode)?,
        serde_json::to_value(&programme.settings).map_err(decode)?,
    )
    .execute(&mut *connection)
    .await?;
    for round in &programme.rounds {
        save_round(connection, &programme.id, round).await?;
    }
    for pool in &programme.pools {
        save_pool(connection, &programme.id, pool).await?;
    }
    Ok(())
}

async fn save_round(connection: &mut PgConnection, id: &ProgrammeId, round: &Round) -> Result<(), Error> {
    query!(
        "INSERT INTO round (programme_id, round_id, name, apply_from, apply_until, review_from, review_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (programme_id, round_id) DO UPDATE SET name = excluded.name, apply_from = excluded.apply_from,
             apply_until = excluded.apply_until, review_from = excluded.review_from,
             review_until = excluded.review_until",
        id.as_str(),
        round.id.as_str(),
        round.name,
        round.apply.first().date(),
        round.apply.last().date(),
        round.review.first().date(),
        round.review.last().date(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn save_pool(connection: &mut PgConnection, id: &ProgrammeId, pool: &Pool) -> Result<(), Error> {
    query!(
        "INSERT INTO pool (programme_id, pool_id, name, union_id, union_path, seats, amount_fen)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (programme_id, pool_id) DO UPDATE SET name = excluded.name, seats = excluded.seats",
        id.as_str(),
        pool.id.as_str(),
        pool.name,
        pool.union_id.uuid(),
        pool.union_path.as_str(),
        pool.seats,
        i64::from(pool.amount),
    )
    .execute(connection)
    .await?;
    Ok(())
}
