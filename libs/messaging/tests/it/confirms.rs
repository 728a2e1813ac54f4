//! Delivered is what a queue has taken: neither what came back nor what was refused.

use std::collections::HashSet;

use lapin::options::{
    BasicGetOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable, LongString};
use messaging::{Outgoing, Publisher};
use testkit::eventually;

use crate::event::{counted, plainly};
use crate::ground::{Ground, QUEUE};

/// The broker acknowledges what no queue takes, and says beside it that it came back: of a mixed batch just those events
/// are delivered that reached the queue, though returns come with whichever confirmation ends next.
#[tokio::test]
async fn what_no_queue_takes_is_not_delivered() {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    let lost = |number| Outgoing { routing_key: "review.unheard.v1".to_owned(), ..counted(number) };
    let batch: Vec<_> =
        (0..200).map(|number| if number % 3 == 0 { lost(number) } else { counted(number) }).collect();
    let publisher = Publisher::connect(&ground.broker, "counter").await.unwrap();

    let delivered = publisher.publish(&batch).await.unwrap();

    let heard = batch.iter().filter(|event| event.routing_key != "review.unheard.v1");
    assert_eq!(delivered, heard.map(|event| event.message_id).collect::<HashSet<_>>());
    ground.hear(plainly());
    ground.does((0..200).filter(|number| number % 3 != 0)).await;
    ground.ends_with((0..200).filter(|number| number % 3 != 0)).await;
}

/// A batch of which nothing reaches a queue is delivered in no part, and the publisher goes on.
#[tokio::test]
async fn a_batch_that_comes_back_whole_is_not_delivered() {
    let ground = Ground::new().await;
    let publisher = Publisher::connect(&ground.broker, "counter").await.unwrap();
    let batch: Vec<_> = (0..50).map(counted).collect();
    assert!(publisher.publish(&batch).await.unwrap().is_empty());
    assert!(publisher.publish(&batch[..1]).await.unwrap().is_empty());

    ground.have_a_queue().await;
    assert_eq!(publisher.publish(&batch).await.unwrap().len(), 50);
    ground.hear(plainly());
    ground.does(0..50).await;
    ground.ends_with(0..50).await;
}

/// A full queue refuses: the event stays in the outbox and goes out when there is room, in place of being dropped.
#[tokio::test]
async fn what_a_full_queue_refuses_waits_in_the_outbox() {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    let channel = ground.channel().await;
    let narrow = a_queue_for_one(&channel.channel).await;
    ground.publish(&[counted(0)]).await;
    ground.relay();

    ground.announce([1]).await;
    eventually("it is refused", async || attempts(&ground).await >= 2).await;
    assert_eq!(ground.in_outbox().await, 1);
    channel.channel.queue_purge(narrow.into(), QueuePurgeOptions::default()).await.unwrap();

    eventually("it has gone out", async || ground.in_outbox().await == 0).await;
    assert_eq!(channel.ready_in(narrow).await, 1);
    // It reached the service's own queue each time it was tried; its effect is one all the same.
    assert!(channel.ready_in(QUEUE).await > 2);
    ground.hear(plainly());
    ground.does([0, 1]).await;
    channel.channel.queue_delete(narrow.into(), QueueDeleteOptions::default()).await.unwrap();
    ground.ends_with([0, 1]).await;
}

/// An event carries CloudEvents' attributes and its trace, and is kept on disk, for hearers that are not built with this
/// library.
#[tokio::test]
async fn an_event_says_in_its_headers_what_it_is() {
    let ground = Ground::new().await;
    let publisher = Publisher::connect(&ground.broker, "counter").await.unwrap();
    publisher.declare_outlet("outlet", "review.#").await.unwrap();
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let event = Outgoing { traceparent: Some(trace.to_owned()), ..counted(7) };
    assert_eq!(publisher.publish(std::slice::from_ref(&event)).await.unwrap().len(), 1);

    let channel = ground.channel().await;
    let options = BasicGetOptions { no_ack: true };
    let message = channel.channel.basic_get("outlet".into(), options).await.unwrap().unwrap();
    assert_eq!(message.data, event.body);
    assert_eq!(message.properties.delivery_mode(), &Some(2), "it is kept on disk");
    assert_eq!(message.properties.content_type().as_ref().unwrap().as_str(), "application/protobuf");
    let headers = message.properties.headers().as_ref().unwrap();
    let header = |name: &str| headers.inner()[name].as_long_string().unwrap().to_string();
    assert_eq!(header("cloudEvents:specversion"), "1.0");
    assert_eq!(header("cloudEvents:id"), event.message_id.to_string());
    assert_eq!(header("cloudEvents:source"), "/yuanmeng/counter");
    assert_eq!(header("cloudEvents:type"), "review.step_counted.v1");
    assert_eq!(header("cloudEvents:subject"), "step 7");
    assert_eq!(header("traceparent"), trace);
    ground.leave().await;
}

/// A queue beside the service's own that refuses the second message.
async fn a_queue_for_one(channel: &lapin::Channel) -> &'static str {
    let name = "narrow";
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), AMQPValue::LongLongInt(1));
    arguments.insert("x-overflow".into(), AMQPValue::LongString(LongString::from("reject-publish")));
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    channel.queue_declare(name.into(), options, arguments).await.unwrap();
    let (exchange, key) = ("yuanmeng.events".into(), "review.#".into());
    let options = QueueBindOptions::default();
    channel.queue_bind(name.into(), exchange, key, options, FieldTable::default()).await.unwrap();
    name
}

async fn attempts(ground: &Ground) -> i32 {
    let query = sqlx::query_scalar("SELECT coalesce(max(attempts), 0) FROM platform.outbox");
    query.fetch_one(&ground.database).await.unwrap()
}
