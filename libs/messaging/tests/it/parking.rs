//! What is parked can be read as often as one likes, and replayed when its cause is mended.

use futures::FutureExt;
use lapin::options::{QueueDeleteOptions, QueuePurgeOptions};
use messaging::{HandlerError, MessagingError, Parked};
use testkit::eventually;

use crate::event::{COUNTED, counted, each, plainly};
use crate::ground::{Ground, PARKING, QUEUE, SERVICE};

/// An operator sees what is parked, oldest first, and sees the same the next time: looking changes nothing, however often.
#[tokio::test]
async fn looking_at_parked_events_leaves_them_there() {
    let ground = Ground::new().await;
    let events = [counted(1), counted(2), counted(3)];
    park(&ground, &events).await;
    let first = messaging::parked(&ground.broker, SERVICE, 2).await.unwrap();
    let described = |event: &messaging::Outgoing| Parked {
        message_id: event.message_id.to_string(),
        kind: COUNTED.to_owned(),
        subject: event.subject.clone(),
        size_bytes: event.body.len(),
    };
    assert_eq!(first, events[..2].iter().map(described).collect::<Vec<_>>());
    // More often than any broker lets a message be given back where it was not told otherwise.
    for _ in 0..30 {
        assert_eq!(messaging::parked(&ground.broker, SERVICE, 2).await.unwrap(), first);
    }
    eventually("all are back", async || ground.channel().await.ready_in(PARKING).await == 3).await;

    assert_eq!(messaging::replay(&ground.broker, SERVICE, 10).await.unwrap(), 3);
    ground.hear(plainly());
    ground.does([1, 2, 3]).await;
    ground.ends_with([1, 2, 3]).await;
}

/// Replayed in the number that was asked for, oldest first; each has its effect once, and other hearers of the same event,
/// who handled it long ago, do not get it again.
#[tokio::test]
async fn what_is_replayed_goes_to_its_own_service_alone() {
    let ground = Ground::new().await;
    let publisher = messaging::Publisher::connect(&ground.broker, "counter").await.unwrap();
    publisher.declare_outlet("outlet", COUNTED).await.unwrap();
    park(&ground, &[counted(1), counted(2), counted(3)]).await;
    let channel = ground.channel().await;
    assert_eq!(channel.ready_in("outlet").await, 3);
    channel.channel.queue_purge("outlet".into(), QueuePurgeOptions::default()).await.unwrap();
    ground.hear(plainly());

    assert_eq!(messaging::replay(&ground.broker, SERVICE, 2).await.unwrap(), 2);
    ground.does([1, 2]).await;
    assert_eq!(ground.parked().await, ["step 3"]);
    assert_eq!(messaging::replay(&ground.broker, SERVICE, 2).await.unwrap(), 1);
    assert_eq!(messaging::replay(&ground.broker, SERVICE, 2).await.unwrap(), 0);
    ground.does([3]).await;
    assert_eq!(channel.ready_in("outlet").await, 0);
    ground.ends_with([1, 2, 3]).await;
}

/// An event whose cause is not mended is parked again, not lost.
#[tokio::test]
async fn what_is_replayed_too_early_is_parked_again() {
    let ground = Ground::new().await;
    park(&ground, &[counted(1)]).await;
    let refusing = ground.hear(refusing());
    assert_eq!(messaging::replay(&ground.broker, SERVICE, 1).await.unwrap(), 1);
    eventually("it is back", async || ground.channel().await.ready_in(PARKING).await == 1).await;
    ground.kill(refusing).await;

    assert_eq!(messaging::replay(&ground.broker, SERVICE, 1).await.unwrap(), 1);
    ground.hear(plainly());
    ground.does([1]).await;
    ground.ends_with([1]).await;
}

/// An event whose queue is gone stays parked.
#[tokio::test]
async fn what_has_nowhere_to_go_stays_parked() {
    let ground = Ground::new().await;
    park(&ground, &[counted(1)]).await;
    let channel = ground.channel().await;
    channel.channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await.unwrap();
    let refused = messaging::replay(&ground.broker, SERVICE, 1).await;
    assert!(matches!(refused, Err(MessagingError::Unconfirmed)), "{refused:?}");
    eventually("it is back", async || channel.ready_in(PARKING).await == 1).await;

    ground.have_a_queue().await;
    assert_eq!(messaging::replay(&ground.broker, SERVICE, 1).await.unwrap(), 1);
    ground.hear(plainly());
    ground.does([1]).await;
    ground.ends_with([1]).await;
}

/// Has these parked by a consumer that refuses all.
async fn park(ground: &Ground, events: &[messaging::Outgoing]) {
    ground.have_a_queue().await;
    let refusing = ground.hear(refusing());
    ground.publish(events).await;
    let channel = ground.channel().await;
    eventually("they are parked", async || channel.ready_in(PARKING).await as usize == events.len()).await;
    ground.kill(refusing).await;
}

fn refusing() -> impl messaging::Handler {
    each(|_, _| async { Err(HandlerError::permanent("not today")) }.boxed())
}
