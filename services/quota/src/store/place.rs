//! Places and waiting lists, as committed.

use auth::Scope;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, PoolId, ProgrammeId};

use super::journal::rows::{StandingRow, digest, slug, unreadable};
use crate::domain::{PlaceNow, PlaceState, PlacedIn, Sequence, WaitingNow};

/// Reads a place within a scope: a worker sees the own one only.
pub async fn find(
    db: &mut PgConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    application: ApplicationId,
) -> Result<Option<PlaceNow>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT place.arrival, place.round, place.state, place.standings::text AS "standings!",
                  operation.seq AS "seq?", operation.digest AS "digest?"
           FROM place LEFT JOIN operation ON operation.programme = place.programme AND operation.seq = place.seq
           WHERE place.programme = $3 AND place.application = $4 AND ($1 OR place.person = $2)"#,
        scope.sees_everything(),
        scope.worker_id(),
        programme.as_str(),
        application.uuid()
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let given =
        row.seq.zip(row.digest).map(|(seq, bytes)| digest(bytes).map(|digest| (Sequence::from(seq), digest)));
    Ok(Some(PlaceNow {
        application,
        arrival: row.arrival.unwrap_or_default(),
        round: row.round.map(|round| slug(&round)).transpose()?,
        state: PlaceState::read(&row.state).ok_or_else(|| unreadable("place"))?,
        given: given.transpose()?,
        standings: standings(db, programme, &row.standings).await?,
    }))
}

/// The standings of a place that is within the caller's scope, in their order, with positions where it waits.
async fn standings(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    row: &str,
) -> Result<Vec<PlacedIn>, sqlx::Error> {
    let standings: Vec<StandingRow<'_>> = serde_json::from_str(row).map_err(|_| unreadable("place"))?;
    let waiting = standings.iter().filter_map(|one| Some((one.pool(), one.waits_since()?)));
    let (pools, entered): (Vec<&str>, Vec<i64>) = waiting.unzip();
    let mut positions = Vec::new();
    if !pools.is_empty() {
        positions = sqlx::query_scalar!(
            r#"SELECT (SELECT count(*) FROM waiting
                       WHERE waiting.programme = $1 AND waiting.pool = mine.pool AND waiting.entered <= mine.entered)
                      AS "position!"
               FROM UNNEST($2::text[], $3::bigint[]) WITH ORDINALITY AS mine (pool, entered, number)
               ORDER BY number"#,
            programme.as_str(),
            &pools as &[&str],
            &entered
        )
        .fetch_all(db)
        .await?;
    }
    let mut positions = positions.into_iter();
    let placed = standings.iter().map(|one| {
        let position = one.waits_since().and_then(|_| positions.next()).unwrap_or_default();
        one.placed_in(position)
    });
    placed.collect()
}

/// Reads a waiting list, after the one who entered at a sequence, at most so many. It holds application ids and numbers
/// only, and is for services.
pub async fn waiting(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolId,
    after: Sequence,
    most: i64,
) -> Result<Vec<WaitingNow>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT waiting.application, waiting.entered, place.arrival AS "arrival!",
                  row_number() OVER (ORDER BY waiting.entered)
                  + (SELECT count(*) FROM waiting AS first
                     WHERE first.programme = $1 AND first.pool = $2 AND first.entered <= $3) AS "position!"
           FROM waiting JOIN place USING (programme, application)
           WHERE programme = $1 AND pool = $2 AND entered > $3
           ORDER BY entered LIMIT $4"#,
        programme.as_str(),
        pool.as_str(),
        after.get(),
        most
    )
    .fetch_all(db)
    .await?;
    let waiting = rows.into_iter().map(|row| WaitingNow {
        application: row.application.into(),
        arrival: row.arrival,
        entered: row.entered.into(),
        position: row.position,
    });
    Ok(waiting.collect())
}
