//! The broker's exchanges and queues, by name and by promise.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{Channel, ExchangeKind};

use crate::MessagingError;

/// Where all events are published.
pub const EVENTS: &str = "yuanmeng.events";

/// Where queues send what they give up.
const PARKING: &str = "yuanmeng.parking";

/// An event that a consumer has let fall so often, by dying over it, is parked. Failures that pass are not counted: the
/// consumer keeps the event in its hand.
const MAX_DELIVERIES: i64 = 100;

/// Where nothing takes what a queue gives up, an event may come back as often as it likes: brokers from 4.0 on would else
/// drop it after twenty times.
const ENDLESS_DELIVERIES: i64 = 1_000_000_000;

/// Events that nobody fetches are kept so many; a full queue of a service refuses further ones, which then wait in their
/// outboxes, and a full outlet drops the oldest.
const MAX_LENGTH: i64 = 1_000_000;

/// How long the adapters' outlet keeps what nobody fetches.
const OUTLET_AGE_MS: i64 = 7 * 24 * 3_600 * 1_000;

/// The queue of a service.
pub fn queue_of(service: &str) -> String {
    format!("yuanmeng.{service}")
}

/// Where the service's queue parks.
pub fn parking_of(service: &str) -> String {
    format!("yuanmeng.{service}.parked")
}

pub async fn declare_events(channel: &Channel) -> Result<(), MessagingError> {
    exchange(channel, EVENTS, ExchangeKind::Topic).await
}

/// Declares a service's queue with its parking, bound to these routing keys.
pub async fn declare_queue(channel: &Channel, service: &str, keys: &[String]) -> Result<(), MessagingError> {
    declare_events(channel).await?;
    exchange(channel, PARKING, ExchangeKind::Direct).await?;
    let (queue, parking) = (queue_of(service), parking_of(service));
    let arguments = quorum(&[
        ("x-delivery-limit", ENDLESS_DELIVERIES.into()),
        ("x-overflow", text("reject-publish")),
        ("x-max-length", MAX_LENGTH.into()),
    ]);
    declare(channel, &parking, arguments).await?;
    bind(channel, &parking, PARKING, &parking).await?;

    // A dead letter is at least once only where full queues, this one and the parking, refuse instead of dropping.
    let arguments = quorum(&[
        ("x-delivery-limit", MAX_DELIVERIES.into()),
        ("x-dead-letter-exchange", text(PARKING)),
        ("x-dead-letter-routing-key", text(&parking)),
        ("x-dead-letter-strategy", text("at-least-once")),
        ("x-overflow", text("reject-publish")),
        ("x-max-length", MAX_LENGTH.into()),
    ]);
    declare(channel, &queue, arguments).await?;
    for key in keys {
        bind(channel, &queue, EVENTS, key).await?;
    }
    Ok(())
}

/// Declares a queue for hearers outside this system, such as the gateway adapters, so that what is announced to them is
/// delivered before they first connect. What nobody fetches goes after a week.
pub async fn declare_outlet(channel: &Channel, queue: &str, key: &str) -> Result<(), MessagingError> {
    declare_events(channel).await?;
    let arguments = quorum(&[
        ("x-delivery-limit", ENDLESS_DELIVERIES.into()),
        ("x-max-length", MAX_LENGTH.into()),
        ("x-message-ttl", OUTLET_AGE_MS.into()),
    ]);
    declare(channel, queue, arguments).await?;
    bind(channel, queue, EVENTS, key).await
}

async fn exchange(channel: &Channel, name: &str, kind: ExchangeKind) -> Result<(), MessagingError> {
    let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
    Ok(channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await?)
}

async fn declare(channel: &Channel, name: &str, arguments: FieldTable) -> Result<(), MessagingError> {
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    channel.queue_declare(name.into(), options, arguments).await?;
    Ok(())
}

async fn bind(channel: &Channel, queue: &str, exchange: &str, key: &str) -> Result<(), MessagingError> {
    let options = QueueBindOptions::default();
    Ok(channel.queue_bind(queue.into(), exchange.into(), key.into(), options, FieldTable::default()).await?)
}

fn quorum(arguments: &[(&str, AMQPValue)]) -> FieldTable {
    let mut table = FieldTable::default();
    table.insert("x-queue-type".into(), text("quorum"));
    for (name, value) in arguments {
        table.insert((*name).into(), value.clone());
    }
    table
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}
