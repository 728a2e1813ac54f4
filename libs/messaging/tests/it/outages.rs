//! Broker and database go away in the middle of it all: events are held up, and none is lost, doubled or parked.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use sqlx::PgPool;
use stack::{Durability, Store, Stores};
use testkit::eventually;
use tokio::task::block_in_place;
use tokio_util::sync::CancellationToken;

use crate::event::{Counted, counted, plainly};
use crate::ground::{Ground, PARKING};

/// Longer than a connection takes, and time for many tries.
const OUTAGE: Duration = Duration::from_secs(2);

/// Events that come while the database is down are waited out in the consumer's hand: none is parked.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_down_holds_events_up_and_parks_none() {
    let ground = Ground::new().await;
    ground.hear(plainly());
    ground.relay();
    ground.announce(0..10).await;
    ground.does(0..10).await;

    let name = &ground.own.name;
    ground.own.on_the_server(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let disconnect = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
    ground.own.on_the_server(format!("{disconnect} '{name}'")).await;
    assert!(ground.database.acquire().await.is_err(), "it is down");
    ground.publish(&(10..100).map(counted).collect::<Vec<_>>()).await;
    tokio::time::sleep(OUTAGE).await;
    assert_eq!(ground.channel().await.ready_in(PARKING).await, 0);
    ground.own.on_the_server(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;

    ground.does(0..100).await;
    ground.ends_with(0..100).await;
}

/// In the middle of a stream the broker is frozen, then the database is killed, then the broker: what was announced is done,
/// each once.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_outlives_the_deaths_of_broker_and_database() {
    let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir().unwrap();
    let stores = block_in_place(|| Stores::start(folder.path(), Durability::Memory)).unwrap();
    let (broker, postgresql) = (stores.server(Store::RabbitMq), stores.server(Store::PostgreSql));
    let mut ground = Ground::on(stores.addresses()).await;
    ground.broker.confirm_timeout_ms = 1_000;
    sqlx::query("CREATE TABLE announced (number bigint NOT NULL)").execute(&ground.database).await.unwrap();
    ground.have_a_queue().await;
    // RabbitMQ 3.10 writes down which queues it has within three minutes, or when it ends in good order: killed before that,
    // it finds such a queue again but no leader for it.
    block_in_place(|| broker.restart()).unwrap();
    ground.hear(plainly());
    ground.relay();
    let stop = CancellationToken::new();
    let announcing = tokio::spawn(announce_until(stop.clone(), ground.database.clone()));

    flows(&ground).await;
    broker.pause().unwrap();
    tokio::time::sleep(OUTAGE).await;
    broker.resume().unwrap();
    for server in [postgresql, broker] {
        flows(&ground).await;
        block_in_place(|| server.kill()).unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        block_in_place(|| server.restart()).unwrap();
    }
    flows(&ground).await;
    stop.cancel();
    announcing.await.unwrap();

    // What the relay held while the database died is its for thirty seconds: let them pass.
    let pass = "UPDATE platform.outbox SET claimed_until = now() WHERE claimed_until > now()";
    sqlx::query(pass).execute(&ground.database).await.unwrap();
    let announced: Vec<i64> =
        sqlx::query_scalar("SELECT number FROM announced").fetch_all(&ground.database).await.unwrap();
    assert!(announced.len() >= 240);
    let announced: Vec<u32> = announced.into_iter().map(|number| number.try_into().unwrap()).collect();
    ground.does(announced.clone()).await;
    ground.ends_with(announced).await;
}

/// Waits until a good deal more is done.
async fn flows(ground: &Ground) {
    let more = ground.effects().await.len() + 60;
    eventually("the stream flows", async || ground.effects().await.len() >= more).await;
}

/// Announces one number after the other, each in the transaction that writes it down, until told to stop. While the
/// database is away it tries again.
async fn announce_until(stop: CancellationToken, database: PgPool) {
    let mut number = 0;
    while !stop.is_cancelled() {
        if announce(&database, number).await.is_ok() {
            number += 1;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn announce(database: &PgPool, number: u32) -> Result<(), sqlx::Error> {
    let mut tx = database.begin().await?;
    sqlx::query("INSERT INTO announced (number) VALUES ($1)")
        .bind(i64::from(number))
        .execute(&mut *tx)
        .await?;
    messaging::announce(&mut tx, &format!("step {number}"), &Counted { number }).await?;
    tx.commit().await
}
