//! What is repeated, what is not, and what the caller is told in the end.

use std::net::Ipv4Addr;
use std::time::Duration;

use channel::{Failure, NeighbourConfig};
use refusal::{Reason, Refusal};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tonic::Status;

use crate::neighbour::{Replica, client, config, nobody, ok, question};

fn refused(reason: Reason) -> Status {
    Refusal::new(reason).into()
}

#[tokio::test]
async fn what_was_unavailable_is_asked_again() {
    let replica =
        Replica::answering(
            |call| async move { if call < 2 { Err(refused(Reason::Unavailable)) } else { ok() } },
        )
        .await;
    client(&config([replica.address])).check(question()).await.unwrap();
    assert_eq!(replica.calls(), 3);
}

#[tokio::test]
async fn the_number_of_attempts_has_an_end() {
    let replica = Replica::answering(|_| async { Err(refused(Reason::Unavailable)) }).await;
    let status = client(&config([replica.address])).check(question()).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::Unavailable));
    assert!(matches!(Failure::from(status), Failure::Unknown(_)), "it may have been done before it failed");
    assert_eq!(replica.calls(), 4);
}

#[tokio::test]
async fn a_refusal_is_not_argued_with() {
    for reason in [Reason::NotFound, Reason::RequestIdReused, Reason::Overloaded, Reason::Internal] {
        let replica = Replica::answering(move |_| async move { Err(refused(reason)) }).await;
        let status = client(&config([replica.address])).check(question()).await.unwrap_err();
        assert_eq!(refusal::of(&status), Some(reason));
        assert_eq!(replica.calls(), 1, "{reason:?}");
    }
}

#[tokio::test]
async fn what_found_nobody_was_surely_not_done() {
    let status = client(&config([nobody().await])).check(question()).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::Unavailable));
    assert!(matches!(Failure::from(status), Failure::Unavailable(_)));
}

#[tokio::test]
async fn what_broke_off_may_have_been_done() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            // The call is taken, and the connection ends without an answer.
            let _ = stream.read(&mut [0; 1_024]).await;
        }
    });
    let status = client(&config([address])).check(question()).await.unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::Unavailable));
    assert!(matches!(Failure::from(status), Failure::Unknown(_)));
}

#[tokio::test]
async fn a_repetition_ends_with_the_deadline() {
    let replica = Replica::answering(|_| async { Err(refused(Reason::Unavailable)) }).await;
    let config = NeighbourConfig { deadline_ms: 150, attempts: 1_000, ..config([replica.address]) };
    let mut client = client(&config);
    let asked = client.check(question());
    let status = tokio::time::timeout(Duration::from_secs(5), asked).await.unwrap().unwrap_err();
    assert_eq!(refusal::of(&status), Some(Reason::Unavailable));
    assert!(replica.calls() <= 4, "{}", replica.calls());
}

#[tokio::test]
async fn an_outage_does_not_multiply_the_calls() {
    let replica = Replica::answering(|_| async { Err(refused(Reason::Unavailable)) }).await;
    let client = client(&config([replica.address]));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let mut client = client.clone();
        calls.spawn(async move { client.check(question()).await.unwrap_err() });
    }
    calls.join_all().await;
    assert!(replica.calls() <= 220, "{} for 200 calls", replica.calls());
}
