//! Parked events: what an operator reads, mends the cause of, and replays.

use lapin::Channel;
use lapin::message::BasicGetMessage;
use lapin::options::{
    BasicAckOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions, ConfirmSelectOptions,
};

use crate::broker::connect;
use crate::topology::{parking_of, queue_of};
use crate::{BrokerConfig, MessagingError};

/// An event that could not be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Its id.
    pub message_id: String,
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Its size.
    pub size_bytes: usize,
}

/// Shows the oldest parked events of a service, at most `limit`, and leaves them there.
pub async fn parked(
    config: &BrokerConfig,
    service: &str,
    limit: usize,
) -> Result<Vec<Parked>, MessagingError> {
    let broker = connect(config, &format!("{service} operator")).await?;
    let mut shown = Vec::new();
    let mut last = None;
    while shown.len() < limit
        && let Some(message) = next(&broker.channel, service).await?
    {
        shown.push(describe(&message));
        last = Some(message);
    }
    if let Some(last) = last {
        // Gives this one and all before it back, in their order.
        last.nack(BasicNackOptions { multiple: true, requeue: true }).await?;
    }
    Ok(shown)
}

/// Puts the oldest parked events back into the service's queue, at most `limit`; says how many.
pub async fn replay(config: &BrokerConfig, service: &str, limit: usize) -> Result<usize, MessagingError> {
    let broker = connect(config, &format!("{service} operator")).await?;
    broker.channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut replayed = 0;
    while replayed < limit
        && let Some(message) = next(&broker.channel, service).await?
    {
        put_back(&broker.channel, service, &message).await?;
        message.ack(BasicAckOptions::default()).await?;
        replayed += 1;
    }
    Ok(replayed)
}

async fn next(channel: &Channel, service: &str) -> Result<Option<BasicGetMessage>, MessagingError> {
    Ok(channel.basic_get(parking_of(service).into(), BasicGetOptions::default()).await?)
}

/// Through the default exchange, straight into the queue: other services have handled the event long ago.
async fn put_back(channel: &Channel, service: &str, message: &BasicGetMessage) -> Result<(), MessagingError> {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let properties = message.properties.clone();
    let confirmation = channel
        .basic_publish("".into(), queue_of(service).into(), options, &message.data, properties)
        .await?
        .await?;
    match confirmation {
        lapin::Confirmation::Ack(None) => Ok(()),
        _ => Err(MessagingError::Unconfirmed),
    }
}

fn describe(message: &BasicGetMessage) -> Parked {
    let header = |name: &str| {
        let headers = message.properties.headers().as_ref();
        let value =
            headers.and_then(|headers| headers.inner().get(name)).and_then(|value| value.as_long_string());
        value.map(ToString::to_string).unwrap_or_default()
    };
    Parked {
        message_id: header("cloudEvents:id"),
        kind: header("cloudEvents:type"),
        subject: header("cloudEvents:subject"),
        size_bytes: message.data.len(),
    }
}
