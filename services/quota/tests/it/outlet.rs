//! Hearers outside are told what happens in a line.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use lapin::options::{BasicAckOptions, BasicGetOptions};
use lapin::{Channel, Connection, ConnectionProperties};
use prost::Message;
use proto::quota as pb;
use testkit::eventually;

use crate::calls::{Applicant, Programme, round};
use crate::house::House;

/// What an adapter has fetched: each message once, by its id, as it came.
#[derive(Default)]
struct Fetched {
    told: Vec<(i64, String)>,
    ids: BTreeMap<String, i64>,
    /// How many came once more.
    again: usize,
    bytes: Vec<u8>,
}

impl Fetched {
    /// Fetches until so much was told, at most for half a minute.
    async fn until(&mut self, count: usize, channel: &Channel, programme: &Programme) {
        for _ in 0..300 {
            self.fetch(channel, programme).await;
            if self.told.len() >= count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    /// Fetches all that is there.
    async fn fetch(&mut self, channel: &Channel, programme: &Programme) {
        while let Some(message) =
            channel.basic_get("yuanmeng.quota.outlet".into(), BasicGetOptions::default()).await.unwrap()
        {
            message.ack(BasicAckOptions::default()).await.unwrap();
            let (of, seq, told) = told(message.routing_key.as_str(), &message.data);
            if of == programme.id.as_str() {
                let id = message.properties.message_id().as_ref().unwrap().to_string();
                let before = self.ids.insert(id, seq);
                assert!(before.is_none_or(|before| before == seq), "one id for two operations");
                match before {
                    Some(_) => self.again += 1,
                    None => self.told.push((seq, told)),
                }
                self.bytes.extend_from_slice(&message.data);
            }
        }
    }
}

/// What was told, if it was told in the order of the line.
fn in_order(fetched: &Fetched) -> Vec<&str> {
    assert!(fetched.told.is_sorted_by_key(|(seq, _)| *seq), "{:?}", fetched.told);
    fetched.told.iter().map(|(_, told)| told.as_str()).collect()
}

/// Of which programme, which operation, and what.
fn told(key: &str, bytes: &[u8]) -> (String, i64, String) {
    match key {
        "quota.place_taken.v1" => {
            let one = pb::PlaceTaken::decode(bytes).unwrap();
            let what = format!("{} taken by {} in {}", one.arrival_number, one.application_id, one.round_id);
            (one.programme_id, one.sequence, what)
        }
        "quota.place_released.v1" => {
            let one = pb::PlaceReleased::decode(bytes).unwrap();
            let what = format!("{} released by {}", one.arrival_number, one.application_id);
            (one.programme_id, one.sequence, what)
        }
        "quota.round_opened.v1" => {
            let one = pb::RoundOpened::decode(bytes).unwrap();
            (one.programme_id, one.sequence, format!("{} opened", one.round_id))
        }
        "quota.round_closed.v1" => {
            let one = pb::RoundClosed::decode(bytes).unwrap();
            (one.programme_id, one.sequence, format!("{} closed", one.round_id))
        }
        other => panic!("{other} is not for the outlet"),
    }
}

/// A connection lives as long as it is held.
async fn connect(house: &House) -> (Connection, Channel) {
    let (broker, properties) = (house.city.broker(), ConnectionProperties::default());
    let connection = Connection::connect(broker.url.expose(), properties).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

/// Each place and each round is told, once by its id, though a replica is killed; refusals, and what was released before it
/// arrived, are not; and nothing is told about people.
#[tokio::test(flavor = "multi_thread")]
async fn places_and_rounds_are_told_outside() {
    let house = House::own().await;
    let programme = Programme::bare(&house).await;
    let closes = house.now() + TimeDelta::seconds(8);
    programme.set_windows(vec![round("spring", house.now() - TimeDelta::hours(1), closes)]).await.unwrap();
    programme.add_pool("city", programme.city, 1).await.unwrap();
    let people: Vec<Applicant> = (0..3).map(|_| Applicant::new()).collect();
    programme.reserve(&people[0]).await.unwrap();
    programme.reserve(&people[1]).await.unwrap();
    programme.reserve(&Applicant { worker: people[0].worker, ..Applicant::new() }).await.unwrap_err();
    programme.release(&Applicant::new()).await.unwrap();
    tokio::task::block_in_place(|| house.services().kill("quota-2").unwrap());
    programme.release(&people[0]).await.unwrap();
    programme.reserve(&people[2]).await.unwrap();

    let one = |index: usize| people[index].application;
    let expected = [
        "spring opened".to_owned(),
        format!("1 taken by {} in spring", one(0)),
        format!("2 taken by {} in spring", one(1)),
        format!("1 released by {}", one(0)),
        format!("3 taken by {} in spring", one(2)),
        "spring closed".to_owned(),
    ];
    let database = house.database().await;
    // Before that there may be no queue yet.
    eventually("something was told", async || {
        let told = sqlx::query_scalar("SELECT seq FROM relay WHERE programme = $1 AND hearer = 'OUTSIDE'");
        let told: i64 = told.bind(programme.id.as_str()).fetch_one(&database).await.unwrap();
        told > 0
    })
    .await;
    let ((_connection, channel), mut fetched) = (connect(&house).await, Fetched::default());
    fetched.until(expected.len(), &channel, &programme).await;
    assert_eq!(in_order(&fetched), expected.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(fetched.ids.len(), expected.len(), "one id for each");
    for person in people {
        let worker = person.worker.to_string().into_bytes();
        assert!(!fetched.bytes.windows(worker.len()).any(|part| part == worker), "nothing about people");
    }
}

/// A rush is told to its end, each place once and in the order of the line.
#[tokio::test(flavor = "multi_thread")]
async fn a_rush_is_told_to_its_end() {
    let house = House::own().await;
    let programme = Programme::open(&house, 10, 10).await;
    let people: Vec<Applicant> = (0..1_200).map(|_| Applicant::new()).collect();
    let reserve = |(index, applicant)| programme.reserve_until_answered(applicant, index % 2);
    futures::future::join_all(people.iter().enumerate().map(reserve)).await;

    let ((_connection, channel), mut fetched) = (connect(&house).await, Fetched::default());
    fetched.until(people.len() + 1, &channel, &programme).await;
    assert_eq!(fetched.ids.len(), people.len() + 1, "one id for each");
    assert_eq!(fetched.again, 0, "nobody was hurt, so nothing is told twice");
    let places = in_order(&fetched).into_iter().filter_map(|told| told.split_once(" taken by "));
    let arrivals: Vec<i64> = places.map(|(arrival, _)| arrival.parse().unwrap()).collect();
    assert_eq!(arrivals, (1..=1_200).collect::<Vec<_>>());
}
