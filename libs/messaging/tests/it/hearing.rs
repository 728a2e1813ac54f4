//! However often and in whatever order an event comes, and whenever its hearer dies, it has its effect once.

use std::time::Duration;

use futures::FutureExt;
use lapin::options::QueueDeleteOptions;
use rand::seq::SliceRandom;
use sqlx::Executor;
use testkit::eventually;

use crate::event::{counted, each, effect, plainly};
use crate::ground::{Ground, QUEUE};

/// The same events three times and in no order: each has its effect once.
#[tokio::test]
async fn an_event_that_comes_three_times_has_its_effect_once() {
    let ground = Ground::new().await;
    ground.have_a_queue().await;
    let events: Vec<_> = (0..60).map(counted).collect();
    let mut deliveries = [&events[..], &events[..], &events[..]].concat();
    deliveries.shuffle(&mut rand::rng());
    let publisher = messaging::Publisher::connect(&ground.broker, "counter").await.unwrap();
    for batch in deliveries.chunks(20) {
        publisher.publish(batch).await.unwrap();
    }
    assert_eq!(ground.channel().await.ready_in(QUEUE).await, 180);
    ground.hear(plainly());
    ground.does(0..60).await;
    ground.ends_with(0..60).await;
}

/// Two replicas hear the same event at once, as after a broken connection: one waits for the other and does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_with_the_same_event_make_one_effect() {
    let ground = Ground::new().await;
    let slowly = || {
        each(|connection, number| {
            async move {
                effect(connection, number).await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(())
            }
            .boxed()
        })
    };
    ground.have_a_queue().await;
    let (_first, _second) = (ground.hear(slowly()), ground.hear(slowly()));
    let twice: Vec<_> = (0..20).map(counted).flat_map(|event| [event.clone(), event]).collect();
    messaging::Publisher::connect(&ground.broker, "counter").await.unwrap().publish(&twice).await.unwrap();
    ground.does(0..20).await;
    ground.ends_with(0..20).await;
}

/// A consumer that is killed while it works has done nothing; the event comes again.
#[tokio::test]
async fn a_consumer_killed_before_its_commit_has_done_nothing() {
    let ground = Ground::new().await;
    let consumer = ground.hear(each(|connection, number| {
        async move {
            effect(&mut *connection, number).await?;
            // So that one sees from outside how far it is.
            connection.execute("SELECT pg_advisory_xact_lock(1)").await?;
            std::future::pending().await
        }
        .boxed()
    }));
    ground.relay();
    ground.announce([1]).await;
    let locked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    eventually("it is at work", async || {
        sqlx::query_scalar::<_, i64>(locked).fetch_one(&ground.database).await.unwrap() == 1
    })
    .await;
    ground.kill(consumer).await;
    eventually("the event is back", async || ground.channel().await.ready_in(QUEUE).await == 1).await;
    assert!(ground.effects().await.is_empty());

    ground.hear(plainly());
    ground.does([1]).await;
    ground.ends_with([1]).await;
}

/// A consumer that is killed after its commit and before its ack has done it; the event comes again and does nothing.
#[tokio::test]
async fn a_consumer_killed_before_its_ack_has_done_it_once() {
    let ground = Ground::new().await;
    // The database takes its time to commit: meanwhile the consumer dies.
    ground.database.execute(COMMITS_SLOWLY).await.unwrap();
    let consumer = ground.hear(plainly());
    ground.relay();
    ground.announce([1]).await;
    let committing = "SELECT count(*) FROM pg_stat_activity
                      WHERE datname = current_database() AND query = 'COMMIT' AND state = 'active'";
    eventually("it commits", async || {
        sqlx::query_scalar::<_, i64>(committing).fetch_one(&ground.database).await.unwrap() == 1
    })
    .await;
    ground.kill(consumer).await;
    eventually("the event is back", async || ground.channel().await.ready_in(QUEUE).await == 1).await;
    eventually("it is done", async || ground.effects().await == [1]).await;

    ground.database.execute("DROP TRIGGER slow ON effect").await.unwrap();
    ground.hear(plainly());
    ground.ends_with([1]).await;
}

/// A queue that is deleted under its consumer is declared again, and what is announced meanwhile waits for it.
#[tokio::test]
async fn a_consumer_whose_queue_is_deleted_begins_anew() {
    let ground = Ground::new().await;
    ground.hear(plainly());
    ground.relay();
    ground.announce([1]).await;
    ground.does([1]).await;
    let channel = ground.channel().await;
    channel.channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await.unwrap();
    ground.announce([2]).await;
    ground.does([2]).await;
    ground.ends_with([1, 2]).await;
}

/// What is noted as heard is forgotten after thirty days, while the consumer runs.
#[tokio::test]
async fn what_was_heard_long_ago_is_forgotten_while_the_consumer_runs() {
    let ground = Ground::new().await;
    let old = sqlx::query(
        "INSERT INTO platform.inbox (message_id, heard_at)
         SELECT gen_random_uuid(), now() - interval '31 days' FROM generate_series(1, 1500)",
    );
    old.execute(&ground.database).await.unwrap();
    ground.hear(plainly());
    ground.relay();
    ground.announce(0..600).await;
    ground.does(0..600).await;
    let left = "SELECT count(*) FROM platform.inbox WHERE heard_at < now() - interval '30 days'";
    let left: i64 = sqlx::query_scalar(left).fetch_one(&ground.database).await.unwrap();
    assert_eq!(left, 0);
    ground.ends_with(0..600).await;
}

const COMMITS_SLOWLY: &str = "
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON effect DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION slow()";
