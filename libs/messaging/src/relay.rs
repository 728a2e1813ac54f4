//! The job that publishes what is in the outbox. Any number of replicas may run it at once.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::broker::again_and_again;
use crate::outbox::{self, Row};
use crate::{BrokerConfig, MessagingError, Outgoing, Publisher};

/// How long an empty outbox is left alone.
const PAUSE: Duration = Duration::from_millis(50);

/// Publishes until stopped.
pub async fn relay(database: PgPool, config: BrokerConfig, service: &'static str, stop: CancellationToken) {
    again_and_again("relay", &stop, || publish_until_stopped(&database, &config, service, &stop)).await;
}

async fn publish_until_stopped(
    database: &PgPool,
    config: &BrokerConfig,
    service: &str,
    stop: &CancellationToken,
) -> Result<(), MessagingError> {
    let publisher = Publisher::connect(config, service).await?;
    while !stop.is_cancelled() {
        let rows = outbox::claim(database).await?;
        if rows.is_empty() {
            stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
        } else {
            publish(database, &publisher, rows).await?;
        }
    }
    Ok(())
}

async fn publish(database: &PgPool, publisher: &Publisher, rows: Vec<Row>) -> Result<(), MessagingError> {
    let ids: Vec<(i64, uuid::Uuid)> = rows.iter().map(|row| (row.id, row.message_id)).collect();
    let events: Vec<Outgoing> = rows.into_iter().map(Into::into).collect();
    let outcome = publisher.publish(&events).await;
    let at_the_broker = outcome.as_ref().ok().cloned().unwrap_or_default();
    let (delivered, undelivered): (Vec<_>, Vec<_>) =
        ids.into_iter().partition(|(_, message_id)| at_the_broker.contains(message_id));
    let numbers = |rows: Vec<(i64, uuid::Uuid)>| rows.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    outbox::delivered(database, &numbers(delivered)).await?;
    if !undelivered.is_empty() {
        tracing::warn!(count = undelivered.len(), "events did not reach a queue; they are published again");
        outbox::undelivered(database, &numbers(undelivered)).await?;
    }
    outcome.map(|_| ())
}

impl From<Row> for Outgoing {
    fn from(row: Row) -> Self {
        Self {
            message_id: row.message_id,
            routing_key: row.routing_key,
            subject: row.subject,
            body: row.body,
            traceparent: row.traceparent,
        }
    }
}
