//! `payment_grant`: the right of applications to pools' money.

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::{ApplicationId, EnrollmentId, GrantId};

use super::instalment;
use super::names::{Named, fen, unreadable};
use crate::domain::{Fund, Grant, GrantState};

/// At most so many waiting grants are opened in one transaction; a job comes round for the rest.
const MOST_AT_ONCE: i64 = 200;

struct GrantRow {
    grant_id: Uuid,
    application_id: Uuid,
    application_number: String,
    programme_id: String,
    pool_id: String,
    union_path: String,
    pool_depth: i32,
    enrollment_id: Uuid,
    worker_id: Uuid,
    amount_fen: i64,
    tuition_fen: i64,
    payable_fen: i64,
    released_fen: i64,
    paid_fen: i64,
    state: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<GrantRow> for Grant {
    type Error = Error;

    fn try_from(row: GrantRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.grant_id.into(),
            application_id: row.application_id.into(),
            application_number: row.application_number,
            programme_id: row.programme_id.parse().map_err(unreadable)?,
            pool_id: row.pool_id.parse().map_err(unreadable)?,
            union_path: row.union_path.parse().map_err(unreadable)?,
            pool_depth: row.pool_depth,
            enrollment_id: row.enrollment_id.into(),
            worker_id: row.worker_id.into(),
            amount: fen(row.amount_fen)?,
            tuition: fen(row.tuition_fen)?,
            payable: fen(row.payable_fen)?,
            released: fen(row.released_fen)?,
            paid: fen(row.paid_fen)?,
            state: GrantState::named(&row.state)?,
            created_at: row.created_at,
            instalments: Vec::new(),
        })
    }
}

/// Holds an application until the transaction ends: its grants are looked at together, also those not written yet.
pub async fn hold_application(
    connection: &mut PgConnection,
    application: ApplicationId,
) -> Result<(), Error> {
    query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", application.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Adds a grant. False where it is there already.
pub async fn insert(connection: &mut PgConnection, grant: &Grant) -> Result<bool, Error> {
    let inserted = query!(
        "INSERT INTO payment_grant (grant_id, application_id, application_number, programme_id, pool_id, union_path,
             pool_depth, enrollment_id, worker_id, amount_fen, tuition_fen, payable_fen, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT DO NOTHING",
        grant.id.uuid(),
        grant.application_id.uuid(),
        grant.application_number,
        grant.programme_id.as_str(),
        grant.pool_id.as_str(),
        grant.union_path.as_str(),
        grant.pool_depth,
        grant.enrollment_id.uuid(),
        grant.worker_id.uuid(),
        grant.amount.get(),
        grant.tuition.get(),
        grant.payable.get(),
        grant.state.name(),
        grant.created_at,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Writes where a grant stands.
pub async fn save(connection: &mut PgConnection, grant: &Grant) -> Result<(), Error> {
    query!(
        "UPDATE payment_grant SET payable_fen = $2, released_fen = $3, paid_fen = $4, state = $5
         WHERE grant_id = $1",
        grant.id.uuid(),
        grant.payable.get(),
        grant.released.get(),
        grant.paid.get(),
        grant.state.name(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Reads these grants, held until the transaction ends, in the order in which they wait.
pub async fn lock(connection: &mut PgConnection, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Grant>, Error> {
    let rows = query_as!(
        GrantRow,
        "SELECT grant_id, application_id, application_number, programme_id, pool_id, union_path, pool_depth,
                enrollment_id, worker_id, amount_fen, tuition_fen, payable_fen, released_fen, paid_fen, state,
                created_at
         FROM payment_grant
         WHERE ($1 OR worker_id = $2 OR union_path LIKE $3) AND grant_id = ANY ($4)
         ORDER BY created_at, grant_id
         FOR UPDATE",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The grants of an application, held until the transaction ends.
pub async fn lock_of_application(
    connection: &mut PgConnection,
    application: ApplicationId,
) -> Result<Vec<Grant>, Error> {
    let ids =
        query_scalar!("SELECT grant_id FROM payment_grant WHERE application_id = $1", application.uuid())
            .fetch_all(&mut *connection)
            .await?;
    lock(connection, &Scope::Everything, &ids).await
}

/// The grants that follow an enrollment's tuition, held until the transaction ends.
pub async fn lock_of_enrollment(
    connection: &mut PgConnection,
    enrollment: EnrollmentId,
) -> Result<Vec<Grant>, Error> {
    let ids = query_scalar!("SELECT grant_id FROM payment_grant WHERE enrollment_id = $1", enrollment.uuid())
        .fetch_all(&mut *connection)
        .await?;
    lock(connection, &Scope::Everything, &ids).await
}

/// The grants that wait for a fund, first come first, held until the transaction ends.
pub async fn lock_waiting(connection: &mut PgConnection, fund: &Fund) -> Result<Vec<Grant>, Error> {
    let ids = query_scalar!(
        "SELECT grant_id FROM payment_grant
         WHERE programme_id = $1 AND pool_id = $2 AND state = 'waiting_for_fund'
         ORDER BY created_at, grant_id
         LIMIT $3",
        fund.programme_id.as_str(),
        fund.pool_id.as_str(),
        MOST_AT_ONCE,
    )
    .fetch_all(&mut *connection)
    .await?;
    lock(connection, &Scope::Everything, &ids).await
}

/// Lists grants within the scope with their instalments, oldest first, from after a grant.
pub async fn list(
    connection: &mut PgConnection,
    scope: &Scope,
    application: Option<ApplicationId>,
    after: Option<GrantId>,
    limit: i64,
) -> Result<Vec<Grant>, Error> {
    let rows = query_as!(
        GrantRow,
        "SELECT grant_id, application_id, application_number, programme_id, pool_id, union_path, pool_depth,
                enrollment_id, worker_id, amount_fen, tuition_fen, payable_fen, released_fen, paid_fen, state,
                created_at
         FROM payment_grant
         WHERE ($1 OR worker_id = $2 OR union_path LIKE $3)
           AND ($4::uuid IS NULL OR application_id = $4)
           AND ($5::uuid IS NULL OR grant_id > $5)
         ORDER BY grant_id
         LIMIT $6",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        application.map(ApplicationId::uuid),
        after.map(GrantId::uuid),
        limit,
    )
    .fetch_all(&mut *connection)
    .await?;
    with_instalments(connection, rows).await
}

/// Reads a grant within the scope with its instalments.
pub async fn get(connection: &mut PgConnection, scope: &Scope, id: GrantId) -> Result<Option<Grant>, Error> {
    let row = query_as!(
        GrantRow,
        "SELECT grant_id, application_id, application_number, programme_id, pool_id, union_path, pool_depth,
                enrollment_id, worker_id, amount_fen, tuition_fen, payable_fen, released_fen, paid_fen, state,
                created_at
         FROM payment_grant
         WHERE ($1 OR worker_id = $2 OR union_path LIKE $3) AND grant_id = $4",
        scope.sees_everything(),
        scope.worker_id(),
        scope.subtree_pattern(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?;
    Ok(with_instalments(connection, row.into_iter().collect()).await?.pop())
}

async fn with_instalments(connection: &mut PgConnection, rows: Vec<GrantRow>) -> Result<Vec<Grant>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.grant_id).collect();
    let mut instalments = instalment::of(connection, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let own = instalments.remove(&row.grant_id).unwrap_or_default();
            Ok(Grant { instalments: own, ..row.try_into()? })
        })
        .collect()
}
