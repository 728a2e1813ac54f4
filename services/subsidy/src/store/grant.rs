//! `grant_made`: one grant for an application and a pool.

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_scalar};
use vocabulary::{ApplicationId, GrantId, PoolId};

use super::row::decode;
use crate::domain::Grant;

/// Writes a grant.
pub async fn add(
    connection: &mut PgConnection,
    application: ApplicationId,
    grant: &Grant,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "INSERT INTO grant_made (grant_id, application_id, pool_id, amount_fen, made_at) VALUES ($1, $2, $3, $4, $5)",
        grant.id.uuid(),
        application.uuid(),
        grant.pool.as_str(),
        i64::from(grant.amount),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The pools of which an application has a grant.
pub async fn pools_of(
    connection: &mut PgConnection,
    application: ApplicationId,
) -> Result<Vec<PoolId>, Error> {
    let pools = query_scalar!("SELECT pool_id FROM grant_made WHERE application_id = $1", application.uuid())
        .fetch_all(connection)
        .await?;
    pools.iter().map(|pool| pool.parse().map_err(decode)).collect()
}

/// Marks a grant as paid in full. True where the application has no other that is not.
pub async fn complete(
    connection: &mut PgConnection,
    application: ApplicationId,
    grant: GrantId,
    at: DateTime<Utc>,
) -> Result<bool, Error> {
    query!(
        "UPDATE grant_made SET completed_at = $3 WHERE grant_id = $1 AND application_id = $2 AND completed_at IS NULL",
        grant.uuid(),
        application.uuid(),
        at,
    )
    .execute(&mut *connection)
    .await?;
    let open = query_scalar!(
        r#"SELECT count(*) AS "open!" FROM grant_made WHERE application_id = $1 AND completed_at IS NULL"#,
        application.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(open == 0)
}
