//! Everything there is of a line, for whoever verifies it: page by page, each table in the order of the fold.

use sqlx::PgConnection;
use vocabulary::{ApplicationId, PoolId, ProgrammeId};

use super::journal::rows::{OperationRow, StandingRow, digest, slug, unreadable};
use crate::domain::{Entry, PlaceRow, PlaceState, PoolRow, Sequence, Written};

/// The next operations after a sequence, with what was decided.
pub async fn operations(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    after: Sequence,
    limit: i64,
) -> Result<Vec<Written>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, op_id, kind, body, body_hash, chain, epoch, digest, decision::text AS "decision!" FROM operation
           WHERE programme = $1 AND seq > $2 ORDER BY seq LIMIT $3"#,
        programme.as_str(),
        after.get(),
        limit
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| {
        let operation = OperationRow {
            seq: row.seq,
            op_id: row.op_id,
            kind: row.kind,
            body: row.body,
            body_hash: row.body_hash,
            chain: row.chain,
        };
        Ok(Written {
            entry: Entry::try_from(operation)?,
            epoch: row.epoch.into(),
            digest: digest(row.digest)?,
            outcome: serde_json::from_str(&row.decision).map_err(|_| unreadable("operation"))?,
        })
    });
    read.collect()
}

/// All pools, in the order in which they were added.
pub async fn pools(db: &mut PgConnection, programme: &ProgrammeId) -> Result<Vec<PoolRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT pool, capacity, taken, waiting FROM pool WHERE programme = $1 ORDER BY number",
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    let count = |count: i32| usize::try_from(count).map_err(|_| unreadable("pool"));
    let read = rows.into_iter().map(|row| {
        Ok(PoolRow {
            pool: slug(&row.pool)?,
            capacity: count(row.capacity)?,
            taken: count(row.taken)?,
            waiting: count(row.waiting)?,
        })
    });
    read.collect()
}

/// All who hold a seat, by the number of their pool and of their seat; rows of no pool last.
pub async fn holders(
    db: &mut PgConnection,
    programme: &ProgrammeId,
) -> Result<Vec<(PoolId, u32, ApplicationId)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT holder.pool, seat_no, application FROM holder LEFT JOIN pool USING (programme, pool)
         WHERE holder.programme = $1 ORDER BY pool.number, holder.pool, seat_no",
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| {
        let seat = u32::try_from(row.seat_no).map_err(|_| unreadable("holder"))?;
        Ok((slug(&row.pool)?, seat, row.application.into()))
    });
    read.collect()
}

/// All who wait in a pool, first to last.
pub async fn waiting(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolId,
) -> Result<Vec<(Sequence, ApplicationId)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT entered, application FROM waiting WHERE programme = $1 AND pool = $2 ORDER BY entered",
        programme.as_str(),
        pool.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.entered.into(), row.application.into())).collect())
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
        let standings: Vec<StandingRow<'_>> =
            serde_json::from_str(&row.standings).map_err(|_| unreadable("place"))?;
        Ok(PlaceRow {
            application: row.application.into(),
            person: row.person.into(),
            arrival: row.arrival,
            round: slug(&row.round)?,
            seq: row.seq.into(),
            state: PlaceState::read(&row.state).ok_or_else(|| unreadable("place"))?,
            standings: standings.iter().map(|one| one.placed_in(0)).collect::<Result<_, _>>()?,
        })
    });
    read.collect()
}

/// Applications that were released before they arrived, by their ids.
pub async fn barred(
    db: &mut PgConnection,
    programme: &ProgrammeId,
) -> Result<Vec<ApplicationId>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        "SELECT application FROM place WHERE programme = $1 AND arrival IS NULL ORDER BY application",
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(ApplicationId::from).collect())
}
