//! Checkpoints: signed only on top of what was signed, by a key that counts, once.

use audit::Break::{BadSignature, Changed, Unsigned};
use audit::{Trail, TrailError};

use crate::chaining::many;
use crate::city::City;

/// the first rows are signed at once; with nothing new, or too little too soon, nothing more is.
#[tokio::test]
async fn a_checkpoint_is_taken_when_it_is_due() {
    let city = City::new().await;
    assert_eq!(city.trail.checkpoint(None).await.unwrap(), None);
    city.chained(2).await;
    let seen = city.trail.checkpoint(None).await.unwrap();
    assert_eq!(seen, Some(city.end().await));

    assert_eq!(city.trail.checkpoint(seen).await.unwrap(), seen);
    city.chained(1).await;
    assert_eq!(city.trail.checkpoint(seen).await.unwrap(), seen);
    assert_eq!(signed(&city).await, [2]);

    many(&city).await;
    city.chained(0).await;
    city.trail.checkpoint(seen).await.unwrap();
    assert_eq!(signed(&city).await, [2, 2_503]);
    assert_eq!(city.trail.verify(&[]).await.unwrap().signed_to, 2_503);
}

/// two replicas sign the same place once.
#[tokio::test]
async fn two_replicas_sign_once() {
    let city = City::new().await;
    city.chained(3).await;
    let (one, other) = tokio::join!(city.trail.checkpoint(None), city.trail.checkpoint(None));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(signed(&city).await, [3]);
}

/// a history that was changed after it was signed, or after the chainer has seen it, is not signed again.
#[tokio::test]
async fn a_broken_history_is_not_signed() {
    let city = City::new().await;
    city.chained(2).await;
    let seen = city.trail.checkpoint(None).await.unwrap();
    many(&city).await;
    city.chained(0).await;
    city.tamper("UPDATE platform.audit_action SET action = 'STEP_UNDONE' WHERE seq = 700").await;
    for seen in [seen, None] {
        let Err(TrailError::Broken(finding)) = city.trail.checkpoint(seen).await else {
            panic!("it was signed")
        };
        assert_eq!((finding.seq, finding.kind), (700, Changed));
    }
    assert_eq!(signed(&city).await, [2]);
}

/// without a checkpoint in the table, a chainer that has seen the trail still does not sign another one.
#[tokio::test]
async fn a_chainer_remembers_what_it_has_seen() {
    let city = City::new().await;
    city.chained(3).await;
    let seen = city.trail.checkpoint(None).await.unwrap();
    city.tamper(
        "DELETE FROM platform.audit_checkpoint;
         UPDATE platform.audit_action SET action = 'STEP_UNDONE', seq = NULL, previous = NULL, hash = NULL;
         UPDATE platform.audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')",
    )
    .await;
    city.chained(1).await;
    assert!(matches!(city.trail.checkpoint(seen).await, Err(TrailError::Broken(_))));
    assert_eq!(signed(&city).await, [0_i64; 0]);
}

/// a signature that was changed, that is a stranger's, or that was made for another service's trail does not hold.
#[tokio::test]
async fn a_bad_signature_is_found() {
    let city = City::new().await;
    city.chained(3).await;
    city.trail.checkpoint(None).await.unwrap();
    let stranger = city.with_another_key(false);
    let report = stranger.verify(&[]).await.unwrap();
    assert_eq!((report.findings[0].seq, report.findings[0].kind, report.signed_to), (3, BadSignature, 0));

    city.tamper("UPDATE platform.audit_checkpoint SET taken_at = taken_at + interval '1 second'").await;
    assert_eq!(city.findings(&[]).await, [(3, BadSignature)]);

    let city = City::new().await;
    city.chained(3).await;
    city.trail.checkpoint(None).await.unwrap();
    let elsewhere = Trail::new(city.pool.clone(), "payment", city.keys.clone());
    let report = elsewhere.verify(&[]).await.unwrap();
    assert!(report.findings.iter().any(|finding| finding.kind == BadSignature));
    assert_eq!(report.findings.iter().filter(|finding| finding.kind == Changed).count(), 3);
}

/// what a retired key signed still counts, and the new one signs on top of it.
#[tokio::test]
async fn a_retired_key_still_counts() {
    let city = City::new().await;
    city.chained(3).await;
    city.trail.checkpoint(None).await.unwrap();
    many(&city).await;
    city.chained(0).await;
    let renewed = city.with_another_key(true);
    renewed.checkpoint(None).await.unwrap();
    let report = renewed.verify(&[]).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.signed_to, 2_503);
}

/// deleting the checkpoints does not make the trail look whole: old rows without one are told.
#[tokio::test]
async fn deleted_checkpoints_are_found() {
    let city = City::new().await;
    city.record(3).await;
    city.tamper("UPDATE platform.audit_action SET recorded_at = now() - interval '1 hour'").await;
    city.chained(0).await;
    city.trail.checkpoint(None).await.unwrap();
    assert_eq!(city.findings(&[]).await, []);
    city.tamper("DELETE FROM platform.audit_checkpoint").await;
    assert_eq!(city.findings(&[]).await, [(1, Unsigned)]);
}

async fn signed(city: &City) -> Vec<i64> {
    sqlx::query_scalar("SELECT seq FROM platform.audit_checkpoint ORDER BY seq")
        .fetch_all(&city.pool)
        .await
        .unwrap()
}
