//! `instalment`: the parts of grants that have become due.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::{ApplicationId, BatchId, Fen, GrantId, InstalmentId, ProgrammeId};

use super::names::{Named, fen};
use crate::domain::{Grant, Instalment, InstalmentState};

struct Row {
    instalment_id: Uuid,
    grant_id: Uuid,
    amount_fen: i64,
    state: String,
    due_at: DateTime<Utc>,
    paid_at: Option<DateTime<Utc>>,
}

/// An instalment that is due, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// The instalment.
    pub id: InstalmentId,
    /// The application.
    pub application_id: ApplicationId,
    /// How much.
    pub amount: Fen,
}

/// Adds an instalment that is due.
pub async fn insert(
    connection: &mut PgConnection,
    grant: &Grant,
    amount: Fen,
    now: DateTime<Utc>,
) -> Result<InstalmentId, Error> {
    let id = InstalmentId::new();
    query!(
        "INSERT INTO instalment (instalment_id, grant_id, programme_id, amount_fen, state, due_at)
         VALUES ($1, $2, $3, $4, 'due', $5)",
        id.uuid(),
        grant.id.uuid(),
        grant.programme_id.as_str(),
        amount.get(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(id)
}

/// The instalments of these grants, oldest first.
pub async fn of(
    connection: &mut PgConnection,
    grants: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Instalment>>, Error> {
    let rows = query_as!(
        Row,
        "SELECT instalment_id, grant_id, amount_fen, state, due_at, paid_at FROM instalment
         WHERE grant_id = ANY ($1)
         ORDER BY grant_id, due_at, instalment_id",
        grants,
    )
    .fetch_all(connection)
    .await?;
    let mut instalments: HashMap<Uuid, Vec<Instalment>> = HashMap::new();
    for row in rows {
        instalments.entry(row.grant_id).or_default().push(Instalment {
            id: row.instalment_id.into(),
            amount: fen(row.amount_fen)?,
            state: InstalmentState::named(&row.state)?,
            due_at: row.due_at,
            paid_at: row.paid_at,
        });
    }
    Ok(instalments)
}

/// What is due in a programme, oldest first.
pub async fn due(
    connection: &mut PgConnection,
    programme: &ProgrammeId,
    limit: i64,
) -> Result<Vec<Due>, Error> {
    let rows = query!(
        "SELECT i.instalment_id, g.application_id, i.amount_fen
         FROM instalment i JOIN payment_grant g USING (grant_id)
         WHERE i.programme_id = $1 AND i.state = 'due'
         ORDER BY i.due_at, i.instalment_id
         LIMIT $2",
        programme.as_str(),
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let amount = fen(row.amount_fen)?;
            Ok(Due { id: row.instalment_id.into(), application_id: row.application_id.into(), amount })
        })
        .collect()
}

/// Takes those of the instalments that are still due; another batch may have been quicker.
pub async fn take_due(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    query_scalar!(
        "UPDATE instalment SET state = 'batched'
         WHERE instalment_id IN (
             SELECT instalment_id FROM instalment
             WHERE instalment_id = ANY ($1) AND state = 'due'
             ORDER BY instalment_id FOR UPDATE SKIP LOCKED)
         RETURNING instalment_id",
        ids,
    )
    .fetch_all(connection)
    .await
}

/// Moves all instalments of a batch.
pub async fn move_batch(
    connection: &mut PgConnection,
    batch: BatchId,
    state: InstalmentState,
) -> Result<(), Error> {
    query!(
        "UPDATE instalment SET state = $2
         WHERE instalment_id IN (SELECT instalment_id FROM instruction WHERE batch_id = $1)",
        batch.uuid(),
        state.name(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks an instalment as paid; answers the grant it belongs to.
pub async fn paid(
    connection: &mut PgConnection,
    id: InstalmentId,
    at: DateTime<Utc>,
) -> Result<GrantId, Error> {
    let grant = query_scalar!(
        "UPDATE instalment SET state = 'paid', paid_at = $2 WHERE instalment_id = $1 AND state = 'paying'
         RETURNING grant_id",
        id.uuid(),
        at,
    )
    .fetch_one(connection)
    .await?;
    Ok(grant.into())
}

/// Makes an instalment due again, after a payment that was refused for good.
pub async fn due_again(connection: &mut PgConnection, id: InstalmentId) -> Result<(), Error> {
    query!("UPDATE instalment SET state = 'due' WHERE instalment_id = $1 AND state = 'paying'", id.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
