//! Chaining: every row once, in one order, whoever does it and however many write meanwhile.

use audit::Chained;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::city::{City, entry};

/// what was recorded is chained from 1 without gaps, and chaining again changes nothing.
#[tokio::test]
async fn every_action_gets_its_place_once() {
    let city = City::new().await;
    city.record(5).await;
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Rows(5));
    let before = city.trail.verify(&[]).await.unwrap();
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Rows(0));

    assert!(before.is_whole(), "{before:?}");
    assert_eq!((before.rows, before.end.seq), (5, 5));
    assert_eq!(city.trail.verify(&[]).await.unwrap(), before);
    assert_eq!(seqs(&city).await, (1..=5).collect::<Vec<_>>());
}

/// an action that was rolled back is not in the trail.
#[tokio::test]
async fn what_did_not_happen_is_not_recorded() {
    let city = City::new().await;
    let mut tx = city.pool.begin().await.unwrap();
    audit::record(&mut tx, &entry()).await.unwrap();
    tx.rollback().await.unwrap();
    city.chained(1).await;
    assert_eq!(city.end().await.seq, 1);
}

/// a transaction that commits late takes a later place; it neither blocks the chain nor falls out of it.
#[tokio::test]
async fn a_late_commit_is_chained_later() {
    let city = City::new().await;
    let mut slow = city.pool.begin().await.unwrap();
    audit::record(&mut slow, &entry()).await.unwrap();
    city.chained(2).await;
    slow.commit().await.unwrap();
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Rows(1));

    assert!(city.findings(&[]).await.is_empty());
    assert_eq!(seqs(&city).await, [3, 1, 2]);
}

/// two replicas chain while many write: no row twice, none left out, and the chain is whole.
#[tokio::test(flavor = "multi_thread")]
async fn two_chainers_and_many_writers_make_one_chain() {
    let city = std::sync::Arc::new(City::new().await);
    let stop = CancellationToken::new();
    let mut chainers = JoinSet::new();
    for _ in 0..2 {
        let (trail, stop) = (city.trail.clone(), stop.clone());
        chainers.spawn(async move {
            while !stop.is_cancelled() {
                trail.chain().await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    let mut writers = JoinSet::new();
    for _ in 0..5 {
        let city = std::sync::Arc::clone(&city);
        writers.spawn(async move { city.record(60).await });
    }
    writers.join_all().await;
    stop.cancel();
    chainers.join_all().await;

    city.chained(0).await;
    let report = city.trail.verify(&[]).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.rows, report.end.seq), (300, 300));
}

/// while one replica chains, the other neither waits nor works.
#[tokio::test]
async fn one_chainer_at_a_time() {
    let city = City::new().await;
    city.record(1).await;
    let mut other = city.pool.begin().await.unwrap();
    sqlx::query("SELECT seq FROM platform.audit_head FOR UPDATE").execute(&mut *other).await.unwrap();
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Busy);
    other.rollback().await.unwrap();
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Rows(1));
}

/// a trail longer than any page or batch is chained and verified whole.
#[tokio::test]
async fn a_long_trail_is_whole() {
    let city = City::new().await;
    many(&city).await;
    city.chained(0).await;
    let report = city.trail.verify(&[]).await.unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!(report.rows, 2_500);
}

/// the job chains what is recorded before and while it runs, signs, and ends when it is told to.
#[tokio::test]
async fn the_job_chains_what_is_recorded() {
    let city = City::new().await;
    city.record(3).await;
    let stop = CancellationToken::new();
    let job = tokio::spawn(audit::keep(city.trail.clone(), stop.clone()));
    testkit::eventually("what was there is chained and signed", async || {
        city.trail.verify(&[]).await.unwrap().signed_to == 3
    })
    .await;
    city.record(2).await;
    testkit::eventually("what came is chained", async || city.trail.verify(&[]).await.unwrap().rows == 5)
        .await;
    stop.cancel();
    job.await.unwrap();

    let report = city.trail.verify(&[]).await.unwrap();
    assert!(report.is_whole() && report.rows == 5 && report.signed_to == 3, "{report:?}");
}

/// Two and a half thousand actions, in one statement.
pub(crate) async fn many(city: &City) {
    sqlx::query(
        "INSERT INTO platform.audit_action
             (happened_at, actor_kind, actor_id, action, subject_kind, subject_id, detail)
         SELECT now(), 'service', 'review', 'CASE_OPENED', 'case', number, '{}' FROM generate_series(1, 2500) AS number",
    )
    .execute(&city.pool)
    .await
    .unwrap();
}

/// The places in the chain, in order of insertion.
async fn seqs(city: &City) -> Vec<i64> {
    sqlx::query_scalar("SELECT seq FROM platform.audit_action ORDER BY id")
        .fetch_all(&city.pool)
        .await
        .unwrap()
}
