//! Who moves up is announced.

use std::time::Duration;

use messaging::{Consumer, Event, Handler, HandlerError};
use proto::quota::PlacePromoted;
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::calls::{Applicant, Programme};
use crate::house::House;

/// Hands on what it hears.
struct Hearer(mpsc::Sender<PlacePromoted>);

impl Handler for Hearer {
    type Message = PlacePromoted;

    async fn handle(&self, _: &mut PgConnection, event: Event<PlacePromoted>) -> Result<(), HandlerError> {
        assert_eq!(event.subject, event.message.application_id);
        self.0.send(event.message).await.map_err(HandlerError::permanent)
    }
}

/// each promotion is announced once, in order, though both replicas see to it and one of them is killed.
#[tokio::test(flavor = "multi_thread")]
async fn each_promotion_is_announced_once_and_in_order() {
    let house = House::own().await;
    let programme = Programme::open(&house, 0, 2).await;
    let people: Vec<Applicant> = (0..6).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }
    programme.release(&people[0]).await.unwrap();
    // Nobody hears yet: what no queue takes is not delivered, and waits.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (sender, mut heard) = mpsc::channel(64);
    let stop = CancellationToken::new();
    let consumer = Consumer::new("subsidy").on(Hearer(sender));
    let hearing = tokio::spawn(consumer.run(house.database().await, house.city.broker(), stop.clone()));
    programme.set_capacity("city", 3).await.unwrap();
    tokio::task::block_in_place(|| house.services().kill("quota-2").unwrap());
    programme.set_capacity("district", 3).await.unwrap();

    // A pool that comes late seats those who have their places already, whether or not these are final.
    programme.confirm(&people[1]).await.unwrap();
    programme.add_pool("street", programme.district, 2).await.unwrap();

    let mut promotions = Vec::new();
    while promotions.len() < 7 {
        let one = timeout(Duration::from_secs(20), heard.recv()).await.expect("announced in time").unwrap();
        let who = people.iter().position(|person| person.application.to_string() == one.application_id);
        promotions.push((one.pool_id, who.unwrap(), one.seat_number));
    }
    let expected = [
        ("district", 2, 1),
        ("city", 1, 1),
        ("city", 2, 2),
        ("city", 3, 3),
        ("district", 3, 3),
        ("street", 1, 1),
        ("street", 2, 2),
    ];
    assert_eq!(promotions, expected.map(|(pool, who, seat)| (pool.to_owned(), who, seat)));
    assert!(timeout(Duration::from_secs(2), heard.recv()).await.is_err(), "no promotion is announced twice");
    stop.cancel();
    hearing.await.unwrap();
}
