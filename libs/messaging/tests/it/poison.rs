//! An event that cannot be handled is parked, and nothing else is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use lapin::types::FieldTable;
use messaging::{HandlerError, Outgoing};
use rstest::rstest;
use testkit::eventually;

use crate::event::{counted, each, effect, plainly};
use crate::ground::{Ground, PARKING, QUEUE};

/// Events that no handler could ever read.
#[rstest]
#[case::no_protobuf(Outgoing { body: vec![0xff; 10], ..counted(3) })]
#[case::no_string_where_one_should_be(Outgoing { body: vec![0x0a, 0x05, b'a'], ..counted(3) })]
#[tokio::test]
async fn an_unreadable_event_is_parked(#[case] poison: Outgoing) {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    ground.publish(&[counted(1), counted(2), poison, counted(4), counted(5)]).await;
    ground.hear(plainly());
    ground.does([1, 2, 4, 5]).await;
    parks(&ground, &["step 3"]).await;
    emptied(&ground).await;
    ground.ends_with([1, 2, 4, 5]).await;
}

/// An event that its handler refuses, or the database by a constraint, is parked at once: it would be refused again.
#[tokio::test]
async fn a_refused_event_is_parked_and_those_around_it_are_not() {
    let ground = Ground::new().await;
    sqlx::query("ALTER TABLE effect ADD CHECK (number <> 7)").execute(&ground.database).await.unwrap();
    ground.hear(each(|connection, number| {
        async move {
            if number == 4 {
                return Err(HandlerError::permanent("there is no step 4"));
            }
            effect(connection, number).await
        }
        .boxed()
    }));
    ground.relay();
    ground.announce(1..=10).await;
    let others = || (1..=10).filter(|number| ![4, 7].contains(number));
    ground.does(others()).await;
    parks(&ground, &["step 4", "step 7"]).await;
    emptied(&ground).await;
    ground.ends_with(others()).await;
}

/// A failure that passes is waited out, longer than any count of deliveries lasts, and in its transaction nothing is left.
#[tokio::test]
async fn a_failure_that_passes_parks_nothing() {
    let ground = Ground::new().await;
    let tries = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&tries);
    ground.hear(each(move |connection, number| {
        let tries = Arc::clone(&counter);
        async move {
            effect(connection, number).await?;
            if number == 2 && tries.fetch_add(1, Ordering::SeqCst) < 4 {
                return Err(HandlerError::transient("a neighbour is away"));
            }
            Ok(())
        }
        .boxed()
    }));
    ground.relay();
    ground.announce(1..=3).await;
    ground.does(1..=3).await;
    assert_eq!(tries.load(Ordering::SeqCst), 5);
    ground.ends_with(1..=3).await;
}

/// A handler that panics over an event parks it; the consumer and the events behind it go on.
#[tokio::test]
async fn an_event_that_makes_its_handler_panic_is_parked() {
    let ground = Ground::new().await;
    let consumer = ground.hear(each(|connection, number| {
        async move {
            effect(connection, number).await?;
            assert_ne!(number, 3, "a bug");
            Ok(())
        }
        .boxed()
    }));
    ground.relay();
    ground.announce(1..=6).await;
    ground.does([1, 2, 4, 5, 6]).await;
    assert!(!consumer.is_finished());
    parks(&ground, &["step 3"]).await;
    emptied(&ground).await;
    ground.ends_with([1, 2, 4, 5, 6]).await;
}

/// An event over which the whole process dies, again and again, is parked after a hundred deaths; those behind it, which
/// the process had been handed too, are not.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_kills_its_consumer_is_parked_alone() {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    ground.publish(&(1..=30).map(counted).collect::<Vec<_>>()).await;
    let channel = ground.channel().await;
    let mut deaths = 0;
    while channel.ready_in(PARKING).await == 0 {
        assert!(deaths < 150, "it is never parked");
        die_over_the_first(&ground).await;
        deaths += 1;
    }
    assert!(deaths > 90, "it was parked after {deaths} deaths");
    ground.hear(plainly());
    ground.does(2..=30).await;
    parks(&ground, &["step 1"]).await;
    emptied(&ground).await;
    ground.ends_with(2..=30).await;
}

/// Takes what a consumer of this library takes, and is gone with the first in its hand.
async fn die_over_the_first(ground: &Ground) {
    let dead = Arc::new(tokio::sync::Notify::new());
    let died = Arc::clone(&dead);
    let consumer = ground.hear(each(move |connection, number| {
        let dead = Arc::clone(&dead);
        async move {
            if number == 1 {
                dead.notify_one();
                return std::future::pending().await;
            }
            effect(connection, number).await
        }
        .boxed()
    }));
    tokio::select! {
        () = died.notified() => {}
        // The last time it does not come: it is parked.
        () = tokio::time::sleep(Duration::from_secs(1)) => {}
    }
    consumer.abort();
    assert!(consumer.await.unwrap_err().is_cancelled());
}

/// Messages of another make, by somebody's hand at the broker: without an id, or of a kind that nobody handles.
#[tokio::test]
async fn a_message_that_is_no_event_of_ours_is_parked() {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    let channel = ground.channel().await;
    for properties in [lapin::BasicProperties::default(), with_type_only()] {
        let options = lapin::options::BasicPublishOptions::default();
        channel.channel.basic_publish("".into(), QUEUE.into(), options, b"?", properties).await.unwrap();
    }
    ground.publish(&[counted(1)]).await;
    ground.hear(plainly());
    ground.does([1]).await;
    parks(&ground, &["", ""]).await;
    emptied(&ground).await;
    ground.ends_with([1]).await;
}

fn with_type_only() -> lapin::BasicProperties {
    let mut headers = FieldTable::default();
    let kind = lapin::types::LongString::from(crate::event::COUNTED);
    headers.insert("cloudEvents:type".into(), lapin::types::AMQPValue::LongString(kind));
    lapin::BasicProperties::default().with_headers(headers)
}

/// Waits until these are parked, and no others.
async fn parks(ground: &Ground, subjects: &[&str]) {
    let channel = ground.channel().await;
    eventually("they are parked", async || channel.ready_in(PARKING).await as usize >= subjects.len()).await;
    assert_eq!(ground.parked().await, subjects);
}

/// Takes what is parked away.
async fn emptied(ground: &Ground) {
    let options = lapin::options::QueuePurgeOptions::default();
    ground.channel().await.channel.queue_purge(PARKING.into(), options).await.unwrap();
}
