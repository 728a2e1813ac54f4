//! Everything there is of a line, for whoever verifies it: page by page, each table in the order of the fold.

use std::collections::HashSet;

use sqlx::PgConnection;
use sqlx::types::Uuid;
use vocabulary::{ApplicationId, ProgrammeId};

use super::journal::rows::{OperationRow, StandingRow, digest, unreadable};
use crate::domain::{BarredRow, Entry, Kind, PlaceRow, PoolRow, Sequence, Sits, Waits, Written};

/// The next operations after a sequence, with what was decided. One that no version of this program has written ends the
/// journal there: it is not among them, and nothing is after it.
pub async fn operations(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    stretch: i64,
) -> Result<Vec<Written>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, op_id, kind, body, body_hash, chain, epoch, digest, decision::text AS "decision!",
                  promoted::text
           FROM operation
           WHERE programme = $1 AND seq > $2 AND seq <= $3 ORDER BY seq"#,
        programme.as_str(),
        after.get(),
        after.get() + stretch
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map_while(|row| {
        let operation = OperationRow {
            seq: row.seq,
            op_id: row.op_id,
            kind: row.kind,
            body: row.body,
            body_hash: row.body_hash,
            chain: row.chain,
        };
        Some(Written {
            entry: Entry::try_from(operation).ok()?,
            epoch: row.epoch.into(),
            digest: digest(row.digest).ok()?,
            outcome: serde_json::from_str(&row.decision).ok()?,
            promotions: row.promoted.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text)).ok()?,
        })
    });
    Ok(read.collect())
}

/// Who ever moved: applications, as bodies begin with them.
pub async fn movers(db: &mut PgConnection, programme: &ProgrammeId) -> Result<HashSet<String>, sqlx::Error> {
    let movers = sqlx::query_scalar!(
        r#"SELECT DISTINCT split_part(body, ' ', 1) AS "application!" FROM operation
           WHERE programme = $1 AND kind = 'MOVE'"#,
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(movers.into_iter().collect())
}

/// Who asked for lines, and was not refused, in the next so many operations after a sequence, in order: what, and in which
/// words. A stretch of the journal at a time, and whoever they are: a join with those who moved has plans that never end.
pub async fn asked(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    stretch: i64,
) -> Result<Vec<(Sequence, Kind, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT seq, kind, body FROM operation
         WHERE programme = $1 AND seq > $2 AND seq <= $3 AND kind IN ('RESERVE', 'MOVE') AND decision -> 'REFUSED' IS NULL
         ORDER BY seq",
        programme.as_str(),
        after.get(),
        after.get() + stretch
    )
    .fetch_all(db)
    .await?;
    let kind = |text: &str| Kind::read(text).ok_or_else(|| unreadable("operation"));
    rows.into_iter().map(|row| Ok((row.seq.into(), kind(&row.kind)?, row.body))).collect()
}

/// All pools, in the order in which they were added.
pub async fn pools(db: &mut PgConnection, programme: &ProgrammeId) -> Result<Vec<PoolRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT pool, union_id, capacity, taken, waiting FROM pool WHERE programme = $1 ORDER BY number",
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| PoolRow {
        pool: row.pool,
        union: row.union_id.into(),
        capacity: row.capacity.into(),
        taken: row.taken.into(),
        waiting: row.waiting.into(),
    });
    Ok(read.collect())
}

/// The next who hold a seat of a pool, after a seat.
pub async fn holders(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &str,
    after: i32,
    limit: i64,
) -> Result<Vec<Sits>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT seat_no, application FROM holder
         WHERE programme = $1 AND pool = $2 AND seat_no > $3 ORDER BY seat_no LIMIT $4",
        programme.as_str(),
        pool,
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| Sits { seat: row.seat_no, application: row.application.into() });
    Ok(read.collect())
}

/// The next who wait in a pool, after the one who entered at a sequence.
pub async fn waiting(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &str,
    after: Sequence,
    limit: i64,
) -> Result<Vec<Waits>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT entered, application FROM waiting
         WHERE programme = $1 AND pool = $2 AND entered > $3 ORDER BY entered LIMIT $4",
        programme.as_str(),
        pool,
        after.get(),
        limit
    )
    .fetch_all(db)
    .await?;
    let read = rows
        .into_iter()
        .map(|row| Waits { entered: row.entered.into(), application: row.application.into() });
    Ok(read.collect())
}

/// Holders and waiting people of pools that the line does not have: the pool, and the seat of one who holds one.
pub async fn strays(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    limit: i64,
) -> Result<Vec<(String, Option<i32>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT pool AS "pool!", min(seat_no) AS seat FROM (
               SELECT pool, seat_no FROM holder WHERE programme = $1
               UNION ALL SELECT pool, NULL FROM waiting WHERE programme = $1) AS stands
           WHERE NOT EXISTS (SELECT FROM pool WHERE pool.programme = $1 AND pool.pool = stands.pool)
           GROUP BY pool, seat_no IS NULL LIMIT $2"#,
        programme.as_str(),
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.pool, row.seat)).collect())
}

/// The next places after an arrival number.
pub async fn places(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: i64,
    limit: i64,
) -> Result<Vec<PlaceRow>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT application, person AS "person!", arrival AS "arrival!", round AS "round!", seq AS "seq!", state,
                  standings::text AS "standings!"
           FROM place WHERE programme = $1 AND arrival > $2 ORDER BY arrival LIMIT $3"#,
        programme.as_str(),
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| {
        // Standings that cannot be read are not those of the fold.
        let standings: Vec<StandingRow<'_>> = serde_json::from_str(&row.standings).unwrap_or_default();
        let standing = |one: &StandingRow<'_>| {
            Ok::<_, sqlx::Error>((one.placed_in(0)?, one.waits_since().map(Sequence::from)))
        };
        PlaceRow {
            application: row.application.into(),
            person: row.person.into(),
            arrival: row.arrival,
            round: row.round,
            seq: row.seq.into(),
            state: row.state,
            standings: standings.iter().map(standing).collect::<Result<_, _>>().unwrap_or_default(),
        }
    });
    Ok(read.collect())
}

/// The next applications that were released before they arrived, after one, by their ids.
pub async fn barred(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Option<ApplicationId>,
    limit: i64,
) -> Result<Vec<BarredRow>, sqlx::Error> {
    let after = after.map_or(Uuid::nil(), ApplicationId::uuid);
    let rows = sqlx::query!(
        r#"SELECT application, state = 'RELEASED' AND standings::text = '[]' AS "has_left!"
           FROM place WHERE programme = $1 AND arrival IS NULL AND application > $2 ORDER BY application LIMIT $3"#,
        programme.as_str(),
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    let row = |application: Uuid, has_left| BarredRow { application: application.into(), has_left };
    Ok(rows.into_iter().map(|one| row(one.application, one.has_left)).collect())
}
