//! Hearing events from the service's own queue, one after the other.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryFutureExt};
use http::{HeaderMap, HeaderName, HeaderValue};
use lapin::Channel;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions,
};
use lapin::types::FieldTable;
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use crate::broker::{Broker, again_and_again, connect, in_time};
use crate::error::chain;
use crate::topology::{declare_queue, queue_of};
use crate::{BrokerConfig, Event, Handler, HandlerError, MessagingError, inbox, routing_key};

/// How long an event rests in the consumer's hand after a failure that will pass; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// After so much silence, the connection is looked at.
const SILENCE: Duration = Duration::from_secs(5);

/// After so many deliveries, what was heard long ago is forgotten; it is less than is forgotten at once.
const DELIVERIES_PER_PURGE: u32 = 500;

/// A message as it came, with its id already read.
struct Raw<'a> {
    id: Uuid,
    subject: String,
    body: &'a [u8],
}

type Erased = Arc<
    dyn for<'a> Fn(&'a mut PgConnection, Raw<'a>) -> BoxFuture<'a, Result<(), HandlerError>> + Send + Sync,
>;

/// The handlers of a service, by routing key.
#[derive(Clone)]
pub struct Consumer {
    service: &'static str,
    handlers: HashMap<String, Erased>,
}

impl Consumer {
    /// A consumer of this service's queue that handles nothing yet.
    pub fn new(service: &'static str) -> Self {
        Self { service, handlers: HashMap::new() }
    }

    /// Handles one more kind of event.
    pub fn on<H: Handler>(mut self, handler: H) -> Self {
        let handler = Arc::new(handler);
        let erased: Erased = Arc::new(move |connection, raw| {
            let handler = handler.clone();
            async move {
                let message = prost::Message::decode(raw.body).map_err(HandlerError::permanent)?;
                let event = Event { id: raw.id, subject: raw.subject, message };
                handler.handle(connection, event).await
            }
            .boxed()
        });
        self.handlers.insert(routing_key::<H::Message>(), erased);
        self
    }

    /// Hears events until stopped. The event in hand is finished first.
    pub async fn run(self, database: PgPool, config: BrokerConfig, stop: CancellationToken) {
        again_and_again("consumer", &stop, || self.hear(&database, &config, &stop)).await;
    }

    async fn hear(
        &self,
        database: &PgPool,
        config: &BrokerConfig,
        stop: &CancellationToken,
    ) -> Result<(), MessagingError> {
        let broker = connect(config, &format!("{} consumer", self.service)).await?;
        let keys: Vec<String> = self.handlers.keys().cloned().collect();
        in_time(declare_queue(&broker.channel, self.service, &keys)).await?;
        self.listen(&broker, None, database, stop).await?;
        if stop.is_cancelled() {
            return Ok(());
        }
        self.listen(&broker, Some(config.prefetch), database, stop).await
    }

    /// Takes deliveries until stopped, with so many in hand; without a number one by one, and only until one comes that
    /// nobody has let fall before. If the last consumer died over an event, and this one does, then no other event is
    /// counted, and in the end parked, together with it.
    async fn listen(
        &self,
        broker: &Broker,
        prefetch: Option<u16>,
        database: &PgPool,
        stop: &CancellationToken,
    ) -> Result<(), MessagingError> {
        let tag = Uuid::now_v7().to_string();
        let mut deliveries = in_time(self.consume(&broker.channel, &tag, prefetch.unwrap_or(1))).await?;
        let mut heard: u32 = 0;
        while let Some(delivery) = stop.run_until_cancelled(next(broker, &mut deliveries)).await {
            let delivery = delivery?;
            if heard.is_multiple_of(DELIVERIES_PER_PURGE) {
                forget(database).await;
            }
            heard = heard.wrapping_add(1);
            let all_is_well = prefetch.is_none() && !delivery.redelivered;
            if all_is_well {
                let cancelled =
                    broker.channel.basic_cancel(tag.as_str().into(), BasicCancelOptions::default());
                in_time(cancelled.map_err(MessagingError::from)).await?;
            }
            let span = tracing::info_span!("event", key = delivery.routing_key.as_str());
            runtime::telemetry::continue_trace(&span, &trace_headers(&delivery));
            self.take(database, delivery, stop).instrument(span).await?;
            if all_is_well {
                break;
            }
        }
        Ok(())
    }

    async fn consume(
        &self,
        channel: &Channel,
        tag: &str,
        prefetch: u16,
    ) -> Result<lapin::Consumer, MessagingError> {
        channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
        let (queue, options) = (queue_of(self.service), BasicConsumeOptions::default());
        Ok(channel.basic_consume(queue.into(), tag.into(), options, FieldTable::default()).await?)
    }

    /// Handles one delivery to its end: done, or parked. A failure that will pass is waited out here, with the event in
    /// hand, so that it counts for nothing.
    async fn take(
        &self,
        database: &PgPool,
        delivery: Delivery,
        stop: &CancellationToken,
    ) -> Result<(), MessagingError> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.handle(database, &delivery).await {
                Ok(()) => {
                    in_time(delivery.ack(BasicAckOptions::default()).map_err(MessagingError::from)).await?;
                    return Ok(());
                }
                Err(error @ HandlerError::Permanent(_)) => {
                    tracing::error!(error = chain(&error), "an event is parked");
                    let rejected = delivery.reject(BasicRejectOptions { requeue: false });
                    in_time(rejected.map_err(MessagingError::from)).await?;
                    return Ok(());
                }
                Err(error @ HandlerError::Transient(_)) => {
                    tracing::warn!(error = chain(&error), "an event is tried again");
                }
            }
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return Ok(());
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn handle(&self, database: &PgPool, delivery: &Delivery) -> Result<(), HandlerError> {
        // Not the routing key: a replayed event comes by way of the default exchange.
        let handler = self.handlers.get(&header(delivery, "cloudEvents:type"));
        let handler = handler.ok_or_else(|| HandlerError::permanent("no handler for this kind of event"))?;
        let raw = Raw {
            id: id_of(delivery)?,
            subject: header(delivery, "cloudEvents:subject"),
            body: &delivery.data,
        };
        let mut tx = database.begin().await?;
        if inbox::note(&mut tx, raw.id).await? {
            // A bug, which would let the event fall again and again: no failure that passes.
            let handled = AssertUnwindSafe(handler(&mut tx, raw)).catch_unwind().await;
            handled.unwrap_or_else(|_| Err(HandlerError::permanent("the handler panicked")))?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The next delivery. The stream's end is the broker's doing, such as a deleted queue; where the connection has ended, the
/// stream may stay silent. In both cases: begin anew.
async fn next(broker: &Broker, deliveries: &mut lapin::Consumer) -> Result<Delivery, MessagingError> {
    loop {
        match tokio::time::timeout(SILENCE, deliveries.next()).await {
            Ok(delivery) => return Ok(delivery.ok_or(MessagingError::Cancelled)??),
            Err(_) if broker.is_connected() => {}
            Err(_) => return Err(MessagingError::Cancelled),
        }
    }
}

/// Forgets what was heard long ago. Where that fails nothing is lost but room, and the events in hand must not fall for it.
async fn forget(database: &PgPool) {
    if let Err(error) = inbox::purge(database).await {
        tracing::warn!(error = chain(&error), "what was heard long ago is not forgotten yet");
    }
}

fn id_of(delivery: &Delivery) -> Result<Uuid, HandlerError> {
    let id = delivery.properties.message_id().as_ref().and_then(|id| id.as_str().parse().ok());
    id.ok_or_else(|| HandlerError::permanent("the message has no id"))
}

fn header(delivery: &Delivery, name: &str) -> String {
    let headers = delivery.properties.headers().as_ref();
    let value =
        headers.and_then(|headers| headers.inner().get(name)).and_then(|value| value.as_long_string());
    value.map(ToString::to_string).unwrap_or_default()
}

fn trace_headers(delivery: &Delivery) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::try_from(header(delivery, "traceparent")) {
        headers.insert(HeaderName::from_static("traceparent"), value);
    }
    headers
}
