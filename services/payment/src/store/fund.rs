//! `fund`: what unions have set aside. Its row is the lock under which grants are opened, cut and paid.

use auth::Scope;
use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;
use vocabulary::{ApplicationId, PoolId, ProgrammeId, UnionId, UnionPath};

use super::names::{fen, unreadable};
use crate::domain::Fund;

struct FundRow {
    programme_id: String,
    pool_id: String,
    union_id: Uuid,
    union_path: String,
    set_aside_fen: i64,
    granted_fen: i64,
    paid_fen: i64,
}

impl TryFrom<FundRow> for Fund {
    type Error = Error;

    fn try_from(row: FundRow) -> Result<Self, Error> {
        Ok(Self {
            programme_id: row.programme_id.parse().map_err(unreadable)?,
            pool_id: row.pool_id.parse().map_err(unreadable)?,
            union_id: row.union_id.into(),
            union_path: row.union_path.parse().map_err(unreadable)?,
            set_aside: fen(row.set_aside_fen)?,
            granted: fen(row.granted_fen)?,
            paid: fen(row.paid_fen)?,
        })
    }
}

/// Makes the fund of a pool, where there is none.
pub async fn make(
    connection: &mut PgConnection,
    programme: &ProgrammeId,
    pool: &PoolId,
    union: UnionId,
    path: &UnionPath,
) -> Result<(), Error> {
    query!(
        "INSERT INTO fund (programme_id, pool_id, union_id, union_path) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        programme.as_str(),
        pool.as_str(),
        union.uuid(),
        path.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads a fund within the scope.
pub async fn get(
    connection: &mut PgConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    pool: &PoolId,
) -> Result<Option<Fund>, Error> {
    let row = query_as!(
        FundRow,
        "SELECT programme_id, pool_id, union_id, union_path, set_aside_fen, granted_fen, paid_fen
         FROM fund
         WHERE ($1 OR union_path LIKE $2) AND programme_id = $3 AND pool_id = $4",
        scope.sees_everything(),
        scope.subtree_pattern(),
        programme.as_str(),
        pool.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Reads a fund, and holds it until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    pool: &PoolId,
) -> Result<Option<Fund>, Error> {
    let row = query_as!(
        FundRow,
        "SELECT programme_id, pool_id, union_id, union_path, set_aside_fen, granted_fen, paid_fen
         FROM fund
         WHERE ($1 OR union_path LIKE $2) AND programme_id = $3 AND pool_id = $4
         FOR UPDATE",
        scope.sees_everything(),
        scope.subtree_pattern(),
        programme.as_str(),
        pool.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// The funds that an application's grants draw on, held until the transaction ends; always in the same order, so that
/// two applications never wait for one another.
pub async fn lock_of(connection: &mut PgConnection, application: ApplicationId) -> Result<Vec<Fund>, Error> {
    let rows = query_as!(
        FundRow,
        "SELECT programme_id, pool_id, union_id, union_path, set_aside_fen, granted_fen, paid_fen
         FROM fund
         WHERE (programme_id, pool_id) IN (
             SELECT programme_id, pool_id FROM payment_grant WHERE application_id = $1)
         ORDER BY programme_id, pool_id
         FOR UPDATE",
        application.uuid(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A programme's funds within the scope; a programme has at most 200 pools.
pub async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    programme: &ProgrammeId,
) -> Result<Vec<Fund>, Error> {
    let rows = query_as!(
        FundRow,
        "SELECT programme_id, pool_id, union_id, union_path, set_aside_fen, granted_fen, paid_fen
         FROM fund
         WHERE ($1 OR union_path LIKE $2) AND programme_id = $3
         ORDER BY pool_id
         LIMIT 200",
        scope.sees_everything(),
        scope.subtree_pattern(),
        programme.as_str(),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Funds that have money left and grants that wait.
pub async fn with_waiting(connection: &mut PgConnection) -> Result<Vec<(ProgrammeId, PoolId)>, Error> {
    let rows = query!(
        "SELECT programme_id, pool_id FROM fund f
         WHERE granted_fen < set_aside_fen AND EXISTS (
             SELECT FROM payment_grant g
             WHERE g.programme_id = f.programme_id AND g.pool_id = f.pool_id AND g.state = 'waiting_for_fund')
         LIMIT 200",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok((row.programme_id.parse().map_err(unreadable)?, row.pool_id.parse().map_err(unreadable)?))
        })
        .collect()
}

/// Writes a fund's sums.
pub async fn save(connection: &mut PgConnection, fund: &Fund) -> Result<(), Error> {
    query!(
        "UPDATE fund SET set_aside_fen = $3, granted_fen = $4, paid_fen = $5
         WHERE programme_id = $1 AND pool_id = $2",
        fund.programme_id.as_str(),
        fund.pool_id.as_str(),
        fund.set_aside.get(),
        fund.granted.get(),
        fund.paid.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
