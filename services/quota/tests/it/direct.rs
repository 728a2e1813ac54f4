//! Mode DIRECT: the line goes on while Redis is away, and returns to it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use proto::quota as pb;
use refusal::Reason;
use testkit::eventually;
use vocabulary::ApplicationId;

use crate::calls::{Applicant, Programme, assert_refused};
use crate::house::{House, REPLICAS};
use crate::recover::nothing_is_lost;

/// A house whose replicas have little patience with a silent Redis.
async fn impatient() -> House {
    let house = House::own().await;
    tokio::task::block_in_place(|| {
        for replica in REPLICAS {
            house.services().set_environment(replica, "YUANMENG_LINE__DIRECT_AFTER_MS", "500").unwrap();
            house.services().set_environment(replica, "YUANMENG_LINE__RETURN_AFTER_MS", "500").unwrap();
            house.services().restart(replica).unwrap();
        }
    });
    house
}

async fn all(programme: &Programme, people: &[Applicant]) -> BTreeMap<i64, (Applicant, pb::Place)> {
    let one = |(index, applicant): (usize, &Applicant)| {
        let applicant = *applicant;
        async move { (applicant, programme.reserve_until_answered(&applicant, index % 2).await) }
    };
    let places = join_all(people.iter().enumerate().map(one)).await;
    places.into_iter().map(|(applicant, place)| (place.arrival_number, (applicant, place))).collect()
}

/// P1 to P4: Redis goes away for good while people ask; both replicas go on without it, in one order, and return to it when
/// it is back, empty.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_goes_on_without_redis_and_returns_to_it() {
    let house = impatient().await;
    let programme = Programme::open(&house, 50, 10).await;
    let people: Vec<Applicant> = (0..90).map(|_| Applicant::new()).collect();
    let mut answered = all(&programme, &people[..30]).await;
    let redis = house.city.stack.order().server();

    tokio::task::block_in_place(|| redis.kill().unwrap());
    answered.extend(all(&programme, &people[30..60]).await);
    let line = programme.line().await;
    assert_eq!((line.mode(), line.epoch), (pb::LineMode::Direct, 2));
    let (applicant, told) = &answered[&1];
    assert_eq!(
        programme.reserve_at(1, applicant).await.unwrap(),
        *told,
        "the same operation, the same answer"
    );
    let other = Applicant { application: ApplicationId::new(), ..people[40] };
    assert_refused(programme.reserve(&other).await, Reason::RequestIdReused);

    tokio::task::block_in_place(|| redis.wipe().and_then(|()| redis.restart()).unwrap());
    let line = eventually("the line returns to Redis", async || {
        Some(programme.line().await).filter(|line| line.mode() == pb::LineMode::Log)
    });
    assert_eq!(line.await.epoch, 3);
    answered.extend(all(&programme, &people[60..]).await);

    assert_eq!(answered.len(), 90);
    nothing_is_lost(&house, &programme, &answered).await;
}

/// a round that ends while Redis is away ends for everybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_round_closes_without_redis() {
    let house = impatient().await;
    let programme = Programme::bare(&house).await;
    let begun = house.now() - chrono::TimeDelta::hours(1);
    let ends = house.now() + chrono::TimeDelta::seconds(6);
    programme.set_windows(vec![crate::calls::round("spring", begun, ends)]).await.unwrap();
    programme.add_pool("city", programme.city, 5).await.unwrap();
    tokio::task::block_in_place(|| house.city.stack.order().server().kill().unwrap());
    let early = Applicant::new();
    assert_eq!(programme.reserve_until_answered(&early, 0).await.arrival_number, 1);

    while house.now() < ends {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_refused(programme.reserve_at(1, &Applicant::new()).await, Reason::RoundNotOpen);
    assert_eq!(programme.reserve_at(1, &early).await.unwrap().arrival_number, 1, "what was given stands");
}

/// P1 to P4: a Redis that is full, and one that became a replica, answer every read and take nothing. The line goes on without
/// them, and returns once they take what is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_only_reads_is_left_and_returned_to() {
    let house = impatient().await;
    let programme = Programme::open(&house, 50, 10).await;
    let people: Vec<Applicant> = (0..60).map(|_| Applicant::new()).collect();
    let mut answered = all(&programme, &people[..20]).await;

    let full = ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0");
    let replica = ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE");
    for (round, (refuse, take)) in [full, replica].into_iter().enumerate() {
        tell(&house, refuse).await;
        let some = &people[20 * (round + 1)..][..20];
        answered.extend(all(&programme, some).await);
        assert_eq!(programme.line().await.mode(), pb::LineMode::Direct, "{refuse}");
        tell(&house, take).await;
        eventually("the line returns to Redis", async || {
            Some(programme.line().await).filter(|line| line.mode() == pb::LineMode::Log)
        })
        .await;
    }

    assert_eq!(answered.len(), 60);
    assert_eq!(programme.line().await.epoch, 5);
    nothing_is_lost(&house, &programme, &answered).await;
}

/// Tells Redis something.
async fn tell(house: &House, words: &str) {
    let client = redis::Client::open(house.city.stack.order().url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut words = words.split(' ');
    let mut command = redis::cmd(words.next().unwrap());
    for word in words {
        command.arg(word);
    }
    command.query_async::<()>(&mut connection).await.unwrap();
}
