//! Places and waiting lists, as committed.

use auth::Scope;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, PoolId, ProgrammeId};

/// A place as it is now.
#[derive(Debug, Clone)]
pub struct PlaceNow {
    /// The application.
    pub application: ApplicationId,
    /// Its arrival number; 0 for one that was released before it arrived.
    pub arrival: i64,
    /// The round it came in.
    pub round: String,
    /// LIVE, CONFIRMED or RELEASED.
    pub state: String,
    /// The operation that gave it, and the SHA-256 chain there; 0 and empty where none did.
    pub seq: i64,
    /// The chain.
    pub digest: Vec<u8>,
    /// One for each pool.
    pub standings: Vec<StandingNow>,
}

/// A standing as it is now.
#[derive(Debug, Clone)]
pub struct StandingNow {
    /// The pool.
    pub pool: String,
    /// SEATED, WAITING or LEFT.
    pub state: String,
    /// The seat; 0 where none is held.
    pub seat: i64,
    /// The position on the waiting list; 0 where it does not wait.
    pub position: i64,
}

/// A page of a waiting list.
#[derive(Debug, Clone)]
pub struct WaitingPage {
    /// First to last.
    pub waiting: Vec<WaitingOne>,
    /// Whether there are more.
    pub more: bool,
}

/// One who waits.
#[derive(Debug, Clone)]
pub struct WaitingOne {
    /// The application.
    pub application: ApplicationId,
    /// Its arrival number.
    pub arrival: i64,
    /// When it entered the pool's line.
    pub entered: i64,
    /// Its position, from 1.
    pub position: i64,
}

/// Reads a place within a scope: a worker sees the own one only.
pub async fn find(
    db: &mut PgConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    application: ApplicationId,
) -> Result<Option<PlaceNow>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT place.arrival, place.round, place.state, place.seq, operation.digest AS "digest?"
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
    Ok(Some(PlaceNow {
        application,
        arrival: row.arrival.unwrap_or_default(),
        round: row.round.unwrap_or_default(),
        state: row.state,
        seq: row.seq.unwrap_or_default(),
        digest: row.digest.unwrap_or_default(),
        standings: standings(db, programme, application).await?,
    }))
}

/// The standings of a place that is within the caller's scope: pools in the order in which its unions stand, widest
/// first, as they were given.
async fn standings(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    application: ApplicationId,
) -> Result<Vec<StandingNow>, sqlx::Error> {
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
    let standing = rows.into_iter().map(|row| StandingNow {
        pool: row.pool,
        state: row.state,
        seat: row.seat_no.unwrap_or_default().into(),
        position: row.position,
    });
    Ok(standing.collect())
}

/// Reads a page of a waiting list, after the one who entered at a sequence.
pub async fn waiting(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolId,
    after: i64,
    most: i64,
) -> Result<WaitingPage, sqlx::Error> {
    let mut rows = sqlx::query!(
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
        after,
        most + 1
    )
    .fetch_all(db)
    .await?;
    let most = usize::try_from(most).unwrap_or_default();
    let more = rows.len() > most;
    rows.truncate(most);
    let waiting = rows.into_iter().map(|row| WaitingOne {
        application: row.application.into(),
        arrival: row.arrival,
        entered: row.entered,
        position: row.position,
    });
    Ok(WaitingPage { waiting: waiting.collect(), more })
}
