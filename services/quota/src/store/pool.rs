//! Pools, as committed.

use sqlx::PgConnection;
use vocabulary::{PoolId, ProgrammeId, UnionId};

/// A pool's figures.
#[derive(Debug, Clone)]
pub struct PoolFigures {
    /// The programme.
    pub programme: ProgrammeId,
    /// The pool.
    pub pool: PoolId,
    /// The union whose subtree it serves.
    pub union: UnionId,
    /// Its seats.
    pub capacity: i64,
    /// Seats taken.
    pub taken: i64,
    /// How many wait.
    pub waiting: i64,
}

/// Reads a pool's figures. They are no one's affair in particular: everybody who is signed in may see them.
pub async fn figures(
    db: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolId,
) -> Result<Option<PoolFigures>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT union_id, capacity, taken, waiting FROM pool WHERE programme = $1 AND pool = $2",
        programme.as_str(),
        pool.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| PoolFigures {
        programme: programme.clone(),
        pool: pool.clone(),
        union: row.union_id.into(),
        capacity: row.capacity.into(),
        taken: row.taken.into(),
        waiting: row.waiting.into(),
    }))
}
