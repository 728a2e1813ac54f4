//! `platform.outbox`.

use sqlx::{PgConnection, PgPool, query, query_as};
use uuid::Uuid;

/// At most this many events are published together.
const BATCH: i64 = 200;

/// An event that is to be published.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub message_id: Uuid,
    pub routing_key: String,
    pub subject: String,
    pub body: Vec<u8>,
    pub traceparent: Option<String>,
}

/// Adds an event; the table numbers it.
pub async fn insert(connection: &mut PgConnection, row: &Row) -> Result<(), sqlx::Error> {
    query!(
        "INSERT INTO platform.outbox (message_id, routing_key, subject, body, traceparent) VALUES ($1, $2, $3, $4, $5)",
        row.message_id,
        row.routing_key,
        row.subject,
        row.body,
        row.traceparent,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the oldest events that nobody has taken, for thirty seconds: no transaction is open while they go out.
pub async fn claim(database: &PgPool) -> Result<Vec<Row>, sqlx::Error> {
    let mut rows = query_as!(
        Row,
        "UPDATE platform.outbox
         SET claimed_until = now() + interval '30 seconds', attempts = attempts + 1
         WHERE id IN (
             SELECT id FROM platform.outbox WHERE claimed_until < now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, message_id, routing_key, subject, body, traceparent",
        BATCH,
    )
    .fetch_all(database)
    .await?;
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// Forgets events that the broker has.
pub async fn delivered(database: &PgPool, ids: &[i64]) -> Result<(), sqlx::Error> {
    query!("DELETE FROM platform.outbox WHERE id = ANY ($1)", ids).execute(database).await?;
    Ok(())
}

/// Gives events back that did not go out, to be tried again a little later each time, a minute at most.
pub async fn undelivered(database: &PgPool, ids: &[i64]) -> Result<(), sqlx::Error> {
    query!(
        "UPDATE platform.outbox
         SET claimed_until = now() + least(interval '200 milliseconds' * power(2, least(attempts, 12)), interval '1 minute')
         WHERE id = ANY ($1)",
        ids,
    )
    .execute(database)
    .await?;
    Ok(())
}
