//! What is announced goes out: once it is committed, once there is a queue for it, whichever relay has it in hand.

use testkit::eventually;

use crate::event::{Counted, plainly};
use crate::ground::{Ground, QUEUE};

/// An event is announced together with what it tells of, or not at all.
#[tokio::test]
async fn what_is_rolled_back_is_not_announced() {
    let ground = Ground::new().await;
    ground.hear(plainly());
    ground.relay();
    let mut tx = ground.database.begin().await.unwrap();
    messaging::announce(&mut tx, "step 1", &Counted { number: 1 }).await.unwrap();
    tx.rollback().await.unwrap();
    ground.announce([2]).await;
    ground.does([2]).await;
    ground.ends_with([2]).await;
}

/// An event that no queue takes stays in the outbox, and goes out once its queue is there.
#[tokio::test]
async fn an_event_waits_for_its_queue() {
    let ground = Ground::new().await;
    ground.relay();
    ground.announce(1..=5).await;
    eventually("it was tried in vain", async || tried(&ground).await >= 2).await;
    assert_eq!(ground.in_outbox().await, 5);

    ground.hear(plainly());
    ground.does(1..=5).await;
    ground.ends_with(1..=5).await;
}

/// Events that wait for a queue do not hold up those behind them, however many they are.
#[tokio::test]
async fn events_that_nobody_hears_do_not_hold_up_others() {
    let ground = Ground::new().await;
    let unheard = sqlx::query(
        "INSERT INTO platform.outbox (message_id, routing_key, subject, body)
         SELECT gen_random_uuid(), 'review.unheard.v1', 'nothing', '' FROM generate_series(1, 450)",
    );
    unheard.execute(&ground.database).await.unwrap();
    ground.hear(plainly());
    ground.relay();
    ground.announce(1..=3).await;
    ground.does(1..=3).await;
    assert_eq!(ground.in_outbox().await, 450);
    sqlx::query("DELETE FROM platform.outbox").execute(&ground.database).await.unwrap();
    ground.ends_with(1..=3).await;
}

/// Two replicas' relays share the work: while all goes well, each event is published by one of them alone.
#[tokio::test(flavor = "multi_thread")]
async fn two_relays_publish_each_event_once() {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    let (_first, _second) = (ground.relay(), ground.relay());
    for batch in 0..10 {
        ground.announce(batch * 100..(batch + 1) * 100).await;
    }
    eventually("the outbox is empty", async || ground.in_outbox().await == 0).await;
    assert_eq!(ground.channel().await.ready_in(QUEUE).await, 1_000);
    ground.hear(plainly());
    ground.does(0..1_000).await;
    ground.ends_with(0..1_000).await;
}

/// What a relay held when it died goes out when its claim has run out, and not before: it may still be at work.
#[tokio::test]
async fn what_a_dead_relay_held_goes_out_later() {
    let ground = Ground::new().await;
    ground.announce([1]).await;
    let claim = "UPDATE platform.outbox SET claimed_until = now() + interval '1 hour', attempts = 1";
    sqlx::query(claim).execute(&ground.database).await.unwrap();
    ground.announce([2]).await;
    ground.hear(plainly());
    ground.relay();
    ground.does([2]).await;
    eventually("the second has left the outbox", async || ground.in_outbox().await == 1).await;
    assert_eq!(ground.effects().await, [2]);
    // An hour is over.
    let over = "UPDATE platform.outbox SET claimed_until = now()";
    sqlx::query(over).execute(&ground.database).await.unwrap();
    ground.does([1]).await;
    ground.ends_with([1, 2]).await;
}

async fn tried(ground: &Ground) -> i32 {
    let query = sqlx::query_scalar("SELECT min(attempts) FROM platform.outbox");
    query.fetch_one(&ground.database).await.unwrap()
}
