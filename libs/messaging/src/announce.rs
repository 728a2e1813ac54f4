//! Announcing an event, in the transaction that it tells of: both happen, or neither.

use prost::{Message, Name};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{outbox, routing_key};

/// Writes an event into the outbox. `subject` is what it is about, such as an application's id.
pub async fn announce<M: Message + Name>(
    connection: &mut PgConnection,
    subject: &str,
    message: &M,
) -> Result<(), sqlx::Error> {
    let traceparent = runtime::telemetry::propagation_headers().remove("traceparent");
    let row = outbox::Row {
        id: 0,
        message_id: Uuid::now_v7(),
        routing_key: routing_key::<M>(),
        subject: subject.to_owned(),
        body: message.encode_to_vec(),
        traceparent,
    };
    outbox::insert(connection, &row).await
}
