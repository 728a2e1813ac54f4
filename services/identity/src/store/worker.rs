//! `worker` and `worker_consent`. Sealed values go in and out as they are; opening them is the verbs' work.

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;
use vocabulary::WorkerId;

/// What is kept of a worker.
#[derive(Debug, Clone)]
pub struct Row {
    pub worker_id: Uuid,
    pub phone_sealed: Vec<u8>,
    pub name_sealed: Option<Vec<u8>>,
    pub id_number_sealed: Option<Vec<u8>>,
    pub person_id: Option<Uuid>,
    pub verified_at: Option<DateTime<Utc>>,
    pub registered_at: DateTime<Utc>,
    pub registered_by: Uuid,
}

/// A new account.
#[derive(Debug)]
pub struct NewWorker {
    pub worker_id: WorkerId,
    pub phone_sealed: Vec<u8>,
    pub phone_index: Vec<u8>,
    pub registered_at: DateTime<Utc>,
    pub registered_by: Uuid,
}

/// What verification adds.
#[derive(Debug)]
pub struct Verification {
    pub name_sealed: Vec<u8>,
    pub id_number_sealed: Vec<u8>,
    pub id_number_index: Vec<u8>,
    pub person_id: Uuid,
    pub verified_at: DateTime<Utc>,
}

pub async fn insert(
    connection: &mut PgConnection,
    worker: &NewWorker,
    consents: &[String],
) -> Result<(), Error> {
    query!(
        "INSERT INTO worker (worker_id, phone_sealed, phone_index, registered_at, registered_by)
         VALUES ($1, $2, $3, $4, $5)",
        worker.worker_id.uuid(),
        worker.phone_sealed,
        worker.phone_index,
        worker.registered_at,
        worker.registered_by,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "INSERT INTO worker_consent (worker_id, consent, given_at)
         SELECT $1, consent, $3 FROM unnest($2::text[]) AS given (consent)
         ON CONFLICT DO NOTHING",
        worker.worker_id.uuid(),
        consents,
        worker.registered_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A worker by id, held until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: WorkerId) -> Result<Option<Row>, Error> {
    query_as!(
        Row,
        "SELECT worker_id, phone_sealed, name_sealed, id_number_sealed, person_id, verified_at,
                registered_at, registered_by
         FROM worker WHERE worker_id = $1 FOR UPDATE",
        id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// A worker by id, within a worker's own scope or a service's.
pub async fn get(
    connection: &mut PgConnection,
    scope: &auth::Scope,
    id: WorkerId,
) -> Result<Option<Row>, Error> {
    query_as!(
        Row,
        "SELECT worker_id, phone_sealed, name_sealed, id_number_sealed, person_id, verified_at,
                registered_at, registered_by
         FROM worker WHERE ($1 OR worker_id = $2) AND worker_id = $3",
        scope.sees_everything(),
        scope.worker_id(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await
}

/// Whose phone it is.
pub async fn by_phone(connection: &mut PgConnection, phone_index: &[u8]) -> Result<Option<Row>, Error> {
    query_as!(
        Row,
        "SELECT worker_id, phone_sealed, name_sealed, id_number_sealed, person_id, verified_at,
                registered_at, registered_by
         FROM worker WHERE phone_index = $1",
        phone_index,
    )
    .fetch_optional(connection)
    .await
}

/// Whether the worker has agreed to have sensitive data processed.
pub async fn consents_to_sensitive_data(connection: &mut PgConnection, id: WorkerId) -> Result<bool, Error> {
    let given = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM worker_consent WHERE worker_id = $1 AND consent = 'sensitive_data') AS "given!""#,
        id.uuid(),
    );
    given.fetch_one(connection).await
}

pub async fn verify(
    connection: &mut PgConnection,
    id: WorkerId,
    verification: &Verification,
) -> Result<(), Error> {
    query!(
        "UPDATE worker
         SET name_sealed = $2, id_number_sealed = $3, id_number_index = $4, person_id = $5, verified_at = $6
         WHERE worker_id = $1",
        id.uuid(),
        verification.name_sealed,
        verification.id_number_sealed,
        verification.id_number_index,
        verification.person_id,
        verification.verified_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}
