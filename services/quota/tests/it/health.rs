//! Health says which store is missing.

use std::io::{Read, Write};
use std::net::TcpStream;

use stack::{Durability, Store, Stores};
use testkit::eventually;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::calls::{Applicant, Programme};
use crate::house::House;

/// What a replica's readiness says in words, with its status.
fn readiness(house: &House) -> String {
    let url = house.services().metrics_url("quota-1").unwrap();
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(stream, "GET /readyz HTTP/1.1\r\nhost: probe\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, told) = answer.split_once("\r\n\r\n").unwrap();
    format!("{} {told}", head.split(' ').nth(1).unwrap())
}

/// What gRPC says of a name: 1 is well.
async fn health(house: &House, name: &str) -> i32 {
    let url = house.services().metrics_url("quota-1").unwrap();
    let mut client = HealthClient::new(Endpoint::from_shared(url).unwrap().connect_lazy());
    client.check(HealthCheckRequest { service: name.to_owned() }).await.unwrap().into_inner().status
}

async fn comes_to_say(house: &House, words: &str) {
    eventually(&format!("readiness says {words:?}"), async || readiness(house) == words).await;
}

/// Each store that is missing is named, and nothing else is told of it; only without PostgreSQL a replica is not ready.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let stores =
        tokio::task::block_in_place(|| Stores::start(&folder.path().join("stores"), Durability::Memory))
            .unwrap();
    let house = House::on(stores.addresses().clone()).await;
    let programme = Programme::open(&house, 3, 1).await;
    comes_to_say(&house, "200 ready\n").await;
    for name in ["", "readiness", "postgres", "redis", "rabbitmq"] {
        assert_eq!(health(&house, name).await, 1, "{name}");
    }

    let broker = stores.server(Store::RabbitMq);
    tokio::task::block_in_place(|| broker.kill().unwrap());
    comes_to_say(&house, "200 ready\nmissing: rabbitmq\n").await;
    assert_eq!((health(&house, "rabbitmq").await, health(&house, "readiness").await), (2, 1));
    programme.reserve(&Applicant::new()).await.unwrap();

    let redis = house.city.stack.order().server();
    tokio::task::block_in_place(|| redis.kill().unwrap());
    comes_to_say(&house, "200 ready\nmissing: rabbitmq\nmissing: redis\n").await;
    assert_eq!((health(&house, "redis").await, health(&house, "").await), (2, 1));
    programme.reserve_until_answered(&Applicant::new(), 0).await;

    let database = stores.server(Store::PostgreSql);
    tokio::task::block_in_place(|| database.kill().unwrap());
    comes_to_say(&house, "503 not ready\nmissing: postgres\nmissing: rabbitmq\nmissing: redis\n").await;
    assert_eq!((health(&house, "postgres").await, health(&house, "readiness").await), (2, 2));

    tokio::task::block_in_place(|| {
        database.restart().unwrap();
        redis.restart().unwrap();
        broker.restart().unwrap();
    });
    comes_to_say(&house, "200 ready\n").await;
    assert_eq!((health(&house, "readiness").await, health(&house, "rabbitmq").await), (1, 1));
    programme.reserve_until_answered(&Applicant::new(), 0).await;
}
