//! Places and waiting lists, as committed.

use auth::Scope;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, PoolId, ProgrammeId};

use super::journal::rows::{digest, slug, unreadable};
use crate::domain::{PlaceNow, PlaceState, PlacedIn, Sequence, WaitingNow};

/// Reads a place within a scope: a worker sees the own one only.
pub async fn find(
    db: &mut PgConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    application: ApplicationId,
) -> Result<Option<PlaceNow>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT place.arrival, place.round, place.state, operation.seq AS "seq?", operation.digest AS "digest?"
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
        standings: standings(db, programme, application).await?,
    }))
}

/// The standings of a place that is within the caller's scope, in their order.
async fn standings(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    application: ApplicationId,
) -> Result<Vec<PlacedIn>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT mine.pool, mine.state, mine.seat_no,
                  CASE WHEN mine.state = 'WAITING' THEN
                      (SELECT count(*) FROM standing AS first
                       WHERE first.programme = mine.programme AND first.pool = mine.pool
                         AND first.state = 'WAITING' AND first.entered <= mine.entered)
                  ELSE 0 END AS "position!"
           FROM standing AS mine WHERE mine.programme = $1 AND mine.application = $2 ORDER BY mine.number"#,
        programme.as_str(),
        application.uuid()
    )
    .fetch_all(db)
    .await?;
    let number = |number: i64| u32::try_from(number).map_err(|_| unreadable("standing"));
    rows.into_iter()
        .map(|row| {
            let pool = slug(&row.pool)?;
            Ok(match (row.state.as_str(), row.seat_no) {
                ("SEATED", Some(seat)) => PlacedIn::Seat(pool, number(seat.into())?),
                ("WAITING", None) => PlacedIn::Waiting(pool, number(row.position)?),
                ("LEFT", None) => PlacedIn::Left(pool),
                _ => return Err(unreadable("standing")),
            })
        })
        .collect()
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
        r#"SELECT standing.application, standing.entered, place.arrival AS "arrival!",
                  row_number() OVER (ORDER BY standing.entered)
                  + (SELECT count(*) FROM standing AS first
                     WHERE first.programme = $1 AND first.pool = $2 AND first.state = 'WAITING'
                       AND first.entered <= $3) AS "position!"
           FROM standing JOIN place USING (programme, application)
           WHERE programme = $1 AND pool = $2 AND standing.state = 'WAITING' AND entered > $3
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
