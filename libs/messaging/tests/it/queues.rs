//! The queues themselves: replicated, bounded, and never silently dropping.

use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable, LongString};
use rstest::rstest;

use crate::ground::{Ground, PARKING, QUEUE};

/// What a queue is was laid down when it was declared: a broker refuses to declare it otherwise.
#[rstest]
#[case::events(QUEUE, vec![
    ("x-queue-type", text("quorum")),
    ("x-delivery-limit", number(100)),
    ("x-dead-letter-exchange", text("yuanmeng.parking")),
    ("x-dead-letter-routing-key", text(PARKING)),
    ("x-dead-letter-strategy", text("at-least-once")),
    ("x-overflow", text("reject-publish")),
    ("x-max-length", number(1_000_000)),
])]
#[case::parking(PARKING, vec![
    ("x-queue-type", text("quorum")),
    ("x-delivery-limit", number(1_000_000_000)),
    ("x-overflow", text("reject-publish")),
    ("x-max-length", number(1_000_000)),
])]
#[tokio::test]
async fn a_queue_is_replicated_and_bounded(
    #[case] queue: &'static str,
    #[case] arguments: Vec<(&'static str, AMQPValue)>,
) {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    declare(&ground, queue, &arguments).await.unwrap();
    for left_out in 0..arguments.len() {
        let mut others = arguments.clone();
        let (name, _) = others.remove(left_out);
        assert!(declare(&ground, queue, &others).await.is_err(), "{queue} is the same without {name}");
    }
    ground.leave().await;
}

async fn declare(
    ground: &Ground,
    queue: &'static str,
    arguments: &[(&'static str, AMQPValue)],
) -> lapin::Result<()> {
    let mut table = FieldTable::default();
    for (name, value) in arguments {
        table.insert((*name).into(), value.clone());
    }
    let options = QueueDeclareOptions { durable: true, ..Default::default() };
    ground.channel().await.channel.queue_declare(queue.into(), options, table).await.map(drop)
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(LongString::from(value))
}

fn number(value: i64) -> AMQPValue {
    AMQPValue::LongLongInt(value)
}
