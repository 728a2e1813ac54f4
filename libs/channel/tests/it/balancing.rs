//! Calls go to replicas that answer, and to those that are less busy.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::neighbour::{Replica, client, config, nobody, ok, question};

#[tokio::test]
async fn calls_are_spread_over_the_replicas() {
    let replicas = [Replica::well().await, Replica::well().await, Replica::well().await];
    let mut client = client(&config(replicas.iter().map(|replica| replica.address)));
    for _ in 0..300 {
        client.check(question()).await.unwrap();
    }
    let counts: Vec<_> = replicas.iter().map(Replica::calls).collect();
    assert!(counts.iter().all(|count| *count > 30), "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 300);
}

#[tokio::test]
async fn a_dead_replica_is_not_noticed_by_callers() {
    let well = Replica::well().await;
    let mut client = client(&config([nobody().await, well.address]));
    for _ in 0..50 {
        client.check(question()).await.unwrap();
    }
    assert_eq!(well.calls(), 50);
}

#[tokio::test]
async fn a_slow_replica_is_avoided() {
    let slow = Replica::answering(|_| std::future::pending()).await;
    let fast = Replica::well().await;
    let client = client(&config([slow.address, fast.address]));

    // One call at a time, until one of them has got stuck.
    let mut stuck = JoinSet::new();
    while slow.calls() == 0 {
        let mut client = client.clone();
        stuck.spawn(async move { client.check(question()).await });
        let _ = tokio::time::timeout(Duration::from_millis(100), stuck.join_next()).await;
    }
    for _ in 0..100 {
        client.clone().check(question()).await.unwrap();
    }
    assert_eq!(slow.calls(), 1);
}

#[tokio::test]
async fn a_replica_that_comes_back_is_asked_again() {
    let replica = Replica::well().await;
    let address = replica.address;
    let mut client = client(&config([address]));
    client.check(question()).await.unwrap();
    replica.stop().await;
    client.check(question()).await.unwrap_err();

    let again = Replica::at(address, |_| async { ok() }).await;
    client.check(question()).await.unwrap();
    assert_eq!(again.calls(), 1);
}

#[tokio::test]
async fn no_more_calls_than_allowed_are_under_way() {
    let (arrived, mut arrivals) = tokio::sync::mpsc::channel(8);
    let (release, _) = tokio::sync::broadcast::channel::<()>(1);
    let gate = release.clone();
    let replica = Replica::answering(move |_| {
        let (arrived, mut gate) = (arrived.clone(), gate.subscribe());
        async move {
            arrived.send(()).await.unwrap();
            gate.recv().await.unwrap();
            ok()
        }
    })
    .await;
    let client = client(&channel::NeighbourConfig { max_calls: 2, ..config([replica.address]) });

    let mut calls = JoinSet::new();
    for _ in 0..3 {
        let mut client = client.clone();
        calls.spawn(async move { client.check(question()).await });
    }
    arrivals.recv().await.unwrap();
    arrivals.recv().await.unwrap();
    let third = tokio::time::timeout(Duration::from_millis(200), arrivals.recv()).await;
    assert!(third.is_err(), "the third waits for its turn");

    release.send(()).unwrap();
    arrivals.recv().await.unwrap();
    release.send(()).unwrap();
    assert!(calls.join_all().await.into_iter().all(|answer| answer.is_ok()));
}
