//! A call takes no longer than it may, and no longer than the call that it is made for.

use std::time::{Duration, Instant};

use channel::{Failure, NeighbourConfig};
use refusal::Reason;
use tonic::Request;

use crate::neighbour::{Replica, client, config, ok, question};

#[tokio::test]
async fn a_call_without_a_deadline_gets_the_usual_one() {
    let replica = Replica::well().await;
    client(&config([replica.address])).check(question()).await.unwrap();
    let given = replica.seen.timeouts_ms()[0];
    assert!((4_000..=5_000).contains(&given), "{given}");
}

#[tokio::test]
async fn a_call_may_say_itself_how_long_it_takes() {
    let replica = Replica::well().await;
    let mut request = Request::new(question());
    request.set_timeout(Duration::from_secs(20));
    client(&config([replica.address])).check(request).await.unwrap();
    let given = replica.seen.timeouts_ms()[0];
    assert!((19_000..=20_000).contains(&given), "{given}");
}

#[tokio::test]
async fn what_is_left_is_passed_on_less_a_margin() {
    let replica = Replica::well().await;
    let mut client = client(&config([replica.address]));
    let ends = Instant::now() + Duration::from_secs(2);
    let mut request = Request::new(question());
    request.set_timeout(Duration::from_secs(20));
    runtime::deadline::within(ends, client.check(request)).await.unwrap();
    let given = Duration::from_millis(replica.seen.timeouts_ms()[0]);
    assert!(given + runtime::deadline::MARGIN <= Duration::from_secs(2), "{given:?}");
    assert!(given >= Duration::from_secs(1), "{given:?}");
}

#[tokio::test]
async fn a_late_answer_is_not_waited_for() {
    let replica = Replica::answering(|_| std::future::pending()).await;
    let config = NeighbourConfig { deadline_ms: 100, ..config([replica.address]) };
    let mut client = client(&config);
    let asked = client.check(question());
    let status = tokio::time::timeout(Duration::from_secs(5), asked).await.unwrap().unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::Deadline));
    assert!(matches!(Failure::from(status), Failure::Unknown(_)));
    assert_eq!(replica.calls(), 1, "it is not repeated: it may still be at work");
}

#[tokio::test]
async fn an_answer_that_stops_half_way_ends_with_the_deadline() {
    let replica = Replica::answering(|_| async { ok() }).await;
    let mut client = client(&NeighbourConfig { deadline_ms: 300, ..config([replica.address]) });
    let mut answers = client.watch(question()).await.unwrap().into_inner();
    let next = tokio::time::timeout(Duration::from_secs(5), answers.message()).await.unwrap();
    assert_eq!(refusal::of(&next.unwrap_err()), Some(Reason::Deadline));
}
