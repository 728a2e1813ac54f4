//! Publishing with the broker's word for it: delivered is what is confirmed and has not come back.

use std::collections::HashSet;
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::{AMQPValue, FieldTable, LongString};
use lapin::{BasicProperties, Confirmation};
use uuid::Uuid;

use crate::broker::{Broker, connect, in_time};
use crate::topology::{EVENTS, declare_events};
use crate::{BrokerConfig, MessagingError};

/// The version of CloudEvents whose attributes an event carries.
const CLOUD_EVENTS: &str = "1.0";

/// A message that outlives the broker.
const PERSISTENT: u8 = 2;

/// An event on its way out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The same in every repetition.
    pub message_id: Uuid,
    /// Where it goes.
    pub routing_key: String,
    /// What it is about.
    pub subject: String,
    /// The protobuf message.
    pub body: Vec<u8>,
    /// The trace that it belongs to.
    pub traceparent: Option<String>,
}

/// Publishes events of one service.
pub struct Publisher {
    broker: Broker,
    source: String,
    patience: Duration,
}

impl Publisher {
    /// Connects; a publisher that has failed is replaced by a new one.
    pub async fn connect(config: &BrokerConfig, service: &str) -> Result<Self, MessagingError> {
        let broker = connect(config, &format!("{service} publisher")).await?;
        in_time(async {
            declare_events(&broker.channel).await?;
            Ok(broker.channel.confirm_select(ConfirmSelectOptions::default()).await?)
        })
        .await?;
        let patience = Duration::from_millis(config.confirm_timeout_ms);
        Ok(Self { broker, source: format!("/yuanmeng/{service}"), patience })
    }

    /// Declares a queue for hearers outside this system.
    pub async fn declare_outlet(&self, queue: &str, key: &str) -> Result<(), MessagingError> {
        in_time(crate::topology::declare_outlet(&self.broker.channel, queue, key)).await
    }

    /// Publishes events in order and waits for the broker's word on each: those that it has are answered by their id. One
    /// that no queue takes comes back and is not among them.
    pub async fn publish(&self, events: &[Outgoing]) -> Result<HashSet<Uuid>, MessagingError> {
        let published = tokio::time::timeout(self.patience, self.publish_all(events)).await;
        published.unwrap_or(Err(MessagingError::Unconfirmed))
    }

    async fn publish_all(&self, events: &[Outgoing]) -> Result<HashSet<Uuid>, MessagingError> {
        let mut waiting = Vec::with_capacity(events.len());
        for event in events {
            waiting.push((event.message_id, self.send(event).await?));
        }
        let mut confirmed = HashSet::with_capacity(events.len());
        let mut returned = HashSet::new();
        for (id, confirmation) in waiting {
            let confirmation = confirmation.await?;
            // An acknowledged message may have come back all the same, and the one that came back is attached to whichever
            // confirmation ends next: only its own id says which it was.
            let acknowledged = matches!(confirmation, Confirmation::Ack(_));
            if let Some(message) = confirmation.take_message() {
                returned.extend(id_of(&message.delivery.properties));
            }
            if acknowledged {
                confirmed.insert(id);
            }
        }
        Ok(&confirmed - &returned)
    }

    async fn send(&self, event: &Outgoing) -> Result<lapin::PublisherConfirm, MessagingError> {
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        let properties = BasicProperties::default()
            .with_message_id(event.message_id.to_string().into())
            .with_content_type("application/protobuf".into())
            .with_delivery_mode(PERSISTENT)
            .with_headers(self.headers(event));
        let (exchange, key) = (EVENTS.into(), event.routing_key.as_str().into());
        Ok(self.broker.channel.basic_publish(exchange, key, options, &event.body, properties).await?)
    }

    /// CloudEvents' attributes and the trace.
    fn headers(&self, event: &Outgoing) -> FieldTable {
        let mut headers = FieldTable::default();
        let mut put = |name: &str, value: &str| {
            headers.insert(name.into(), AMQPValue::LongString(LongString::from(value)));
        };
        put("cloudEvents:specversion", CLOUD_EVENTS);
        put("cloudEvents:id", &event.message_id.to_string());
        put("cloudEvents:source", &self.source);
        put("cloudEvents:type", &event.routing_key);
        put("cloudEvents:subject", &event.subject);
        if let Some(traceparent) = &event.traceparent {
            put("traceparent", traceparent);
        }
        headers
    }
}

fn id_of(properties: &BasicProperties) -> Option<Uuid> {
    properties.message_id().as_ref()?.as_str().parse().ok()
}
