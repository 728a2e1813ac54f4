//! Tampering by somebody who owns the database: whatever is done to the rows shows, and shows where.

use audit::Break::{Changed, CutOff, Deleted, HeadLost, Inserted, Rewritten, Unchained, Unlinked};
use audit::Chained;

use crate::city::City;

/// a changed row shows, whichever column it was.
#[tokio::test]
async fn a_changed_row_is_found() {
    for change in [
        "UPDATE platform.audit_action SET action = 'STEP_UNDONE' WHERE seq = 3",
        "UPDATE platform.audit_action SET actor_id = '0190a1b2-0000-7000-8000-000000000002' WHERE seq = 3",
        "UPDATE platform.audit_action SET actor_kind = 'worker' WHERE seq = 3",
        "UPDATE platform.audit_action SET subject_kind = 'grant' WHERE seq = 3",
        "UPDATE platform.audit_action SET subject_id = '2' WHERE seq = 3",
        "UPDATE platform.audit_action SET union_path = NULL WHERE seq = 3",
        "UPDATE platform.audit_action SET request_id = NULL WHERE seq = 3",
        "UPDATE platform.audit_action SET trace_id = NULL WHERE seq = 3",
        "UPDATE platform.audit_action SET detail = '{\"number\": 2}' WHERE seq = 3",
        "UPDATE platform.audit_action SET happened_at = happened_at + interval '1 microsecond' WHERE seq = 3",
        "UPDATE platform.audit_action SET recorded_at = recorded_at - interval '1 microsecond' WHERE seq = 3",
        "ALTER TABLE platform.audit_action DROP CONSTRAINT audit_action_happened_at_check;
         UPDATE platform.audit_action SET happened_at = 'infinity' WHERE seq = 3",
    ] {
        let city = City::new().await;
        city.chained(5).await;
        city.tamper(change).await;
        assert_eq!(city.findings(&[]).await, [(3, Changed)], "{change}");
    }
}

/// a row that was taken out of the middle leaves a gap.
#[tokio::test]
async fn a_deleted_row_is_found() {
    let city = City::new().await;
    city.chained(6).await;
    city.tamper("DELETE FROM platform.audit_action WHERE seq IN (2, 3, 5)").await;
    assert_eq!(city.findings(&[]).await, [(2, Deleted { through: 3 }), (5, Deleted { through: 5 })]);
}

/// a gap that was closed by moving the rest up shows at every row that was moved.
#[tokio::test]
async fn a_closed_gap_is_found() {
    let city = City::new().await;
    city.chained(4).await;
    city.tamper(
        "DELETE FROM platform.audit_action WHERE seq = 2;
         UPDATE platform.audit_action SET seq = 2 WHERE seq = 3;
         UPDATE platform.audit_action SET seq = 3 WHERE seq = 4;
         UPDATE platform.audit_head SET seq = 3",
    )
    .await;
    assert_eq!(city.findings(&[]).await, [(2, Changed), (3, Changed)]);
}

/// a cut-off end shows by the record of the head.
#[tokio::test]
async fn a_cut_off_end_is_found() {
    let city = City::new().await;
    city.chained(5).await;
    city.tamper("DELETE FROM platform.audit_action WHERE seq > 3").await;
    assert_eq!(city.findings(&[]).await, [(4, CutOff { through: 5 })]);
}

/// an end cut off together with the head's record shows by the checkpoint; where that was deleted too, by an anchor
/// that was kept elsewhere.
#[tokio::test]
async fn an_end_cut_off_with_its_head_is_found() {
    let city = City::new().await;
    city.chained(5).await;
    city.trail.checkpoint(None).await.unwrap();
    let anchor = city.end().await;
    city.tamper(
        "DELETE FROM platform.audit_action WHERE seq > 3;
         UPDATE platform.audit_head SET (seq, hash) = (SELECT seq, hash FROM platform.audit_action WHERE seq = 3)",
    )
    .await;
    assert_eq!(city.findings(&[]).await, [(4, CutOff { through: 5 })]);

    city.tamper("DELETE FROM platform.audit_checkpoint").await;
    assert_eq!(city.findings(&[]).await, [], "the database alone cannot tell");
    assert_eq!(city.findings(&[anchor]).await, [(4, CutOff { through: 5 })]);
}

/// a trail that was emptied altogether shows by its anchor.
#[tokio::test]
async fn an_emptied_trail_is_found() {
    let city = City::new().await;
    city.chained(2).await;
    let anchor = city.end().await;
    city.tamper(
        "DELETE FROM platform.audit_action;
         UPDATE platform.audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')",
    )
    .await;
    assert_eq!(city.findings(&[anchor]).await, [(1, CutOff { through: 2 })]);
}

/// a head whose record is gone is told, and nothing is chained on top of nothing.
#[tokio::test]
async fn a_lost_head_is_found() {
    let city = City::new().await;
    city.chained(2).await;
    city.tamper("DELETE FROM platform.audit_head").await;
    city.record(1).await;
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Busy);
    assert_eq!(city.findings(&[]).await, [(2, HeadLost)]);
}

/// two rows that changed places show, whether their contents were exchanged or their positions.
#[tokio::test]
async fn exchanged_rows_are_found() {
    let city = City::new().await;
    city.chained(5).await;
    city.tamper(
        "UPDATE platform.audit_action AS one SET detail = other.detail FROM platform.audit_action AS other
         WHERE (one.seq, other.seq) IN ((2, 4), (4, 2))",
    )
    .await;
    assert_eq!(city.findings(&[]).await, [(2, Changed), (4, Changed)]);

    let city = City::new().await;
    city.chained(5).await;
    city.tamper(
        "UPDATE platform.audit_action SET seq = 100 WHERE seq = 2;
         UPDATE platform.audit_action SET seq = 2 WHERE seq = 4;
         UPDATE platform.audit_action SET seq = 4 WHERE seq = 100",
    )
    .await;
    assert_eq!(city.findings(&[]).await, [(2, Changed), (3, Unlinked), (4, Changed), (5, Unlinked)]);
}

/// a row at a position that is taken, before the first, or after the head, was inserted.
#[tokio::test]
async fn an_inserted_row_is_found() {
    const COPY: &str = "INSERT INTO platform.audit_action (happened_at, actor_kind, actor_id, action, subject_kind,
        subject_id, detail, seq, previous, hash) SELECT happened_at, actor_kind, actor_id, action, subject_kind, subject_id,
        detail, ";
    let city = City::new().await;
    city.chained(3).await;
    city.tamper(
        "ALTER TABLE platform.audit_action DROP CONSTRAINT audit_action_seq_key, DROP CONSTRAINT audit_action_seq_check",
    )
    .await;
    for position in ["2", "-1", "4"] {
        let copy = format!("{COPY} {position}, previous, hash FROM platform.audit_action WHERE seq = 3");
        city.tamper(copy.leak()).await;
    }
    assert_eq!(city.findings(&[]).await, [(-1, Inserted), (2, Inserted), (4, Changed), (4, Inserted)]);
}

/// a row that was changed and given a hash that fits breaks the link to the next one.
#[tokio::test]
async fn a_row_rewritten_with_its_hash_is_found() {
    let city = City::new().await;
    city.chained(5).await;
    let head = city.end().await;
    rewrite_from(&city, 3).await;
    city.tamper(
        "UPDATE platform.audit_action SET seq = NULL, previous = NULL, hash = NULL, action = 'STEP_UNDONE' WHERE id = 3",
    )
    .await;
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Rows(1));
    sqlx::query("UPDATE platform.audit_head SET seq = $1, hash = $2")
        .bind(head.seq)
        .bind(&head.hash[..])
        .execute(&city.pool)
        .await
        .unwrap();
    assert_eq!(city.findings(&[]).await, [(4, Unlinked)]);
}

/// a whole history computed anew fits itself, but neither a checkpoint nor an anchor.
#[tokio::test]
async fn a_history_computed_anew_is_found() {
    let city = City::new().await;
    city.chained(5).await;
    city.trail.checkpoint(None).await.unwrap();
    let anchor = city.end().await;
    rewrite_from(&city, 3).await;
    city.tamper(
        "UPDATE platform.audit_action SET action = 'STEP_UNDONE' WHERE id = 3;
         UPDATE platform.audit_action SET seq = NULL, previous = NULL, hash = NULL WHERE id >= 3",
    )
    .await;
    assert_eq!(city.trail.chain().await.unwrap(), Chained::Rows(3));
    assert_eq!(city.findings(&[]).await, [(5, Rewritten)]);

    city.tamper("DELETE FROM platform.audit_checkpoint").await;
    assert_eq!(city.findings(&[]).await, [], "the database alone cannot tell");
    assert_eq!(city.findings(&[anchor]).await, [(5, Rewritten)]);
}

/// a row that nobody chained within a minute is told, one that has just come is not.
#[tokio::test]
async fn a_row_left_unchained_is_found() {
    let city = City::new().await;
    city.chained(2).await;
    city.record(1).await;
    assert_eq!(city.findings(&[]).await, []);
    city.tamper(
        "UPDATE platform.audit_action SET recorded_at = now() - interval '2 minutes' WHERE seq IS NULL",
    )
    .await;
    assert_eq!(city.findings(&[]).await, [(0, Unchained { rows: 1 })]);
}

/// Sets the head back to just before a row, as somebody would who forges with our own chainer.
async fn rewrite_from(city: &City, seq: i64) {
    sqlx::query(
        "UPDATE platform.audit_head
         SET (seq, hash) = (SELECT seq, hash FROM platform.audit_action WHERE seq = $1 - 1)",
    )
    .bind(seq)
    .execute(&city.pool)
    .await
    .unwrap();
}
