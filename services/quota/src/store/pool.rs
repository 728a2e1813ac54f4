//! Pools, as committed.

use sqlx::PgConnection;
use vocabulary::{PoolId, ProgrammeId};

use super::journal::rows::slug;
use crate::domain::PoolNow;

/// Reads a pool's figures. They are no one's affair in particular: everybody who is signed in may see them.
pub async fn figures(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolId,
) -> Result<Option<PoolNow>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT union_id, capacity, taken, waiting FROM pool WHERE programme = $1 AND pool = $2",
        programme.as_str(),
        pool.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| PoolNow {
        programme: programme.clone(),
        pool: pool.clone(),
        union: row.union_id.into(),
        capacity: row.capacity.into(),
        taken: row.taken.into(),
        waiting: row.waiting.into(),
    }))
}

/// Reads the figures of all pools of a line, in the order in which they were added.
pub async fn all(db: &mut PgConnection, programme: &ProgrammeId) -> Result<Vec<PoolNow>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT pool, union_id, capacity, taken, waiting FROM pool WHERE programme = $1 ORDER BY number",
        programme.as_str()
    )
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|row| {
        Ok(PoolNow {
            programme: programme.clone(),
            pool: slug(&row.pool)?,
            union: row.union_id.into(),
            capacity: row.capacity.into(),
            taken: row.taken.into(),
            waiting: row.waiting.into(),
        })
    });
    read.collect()
}
