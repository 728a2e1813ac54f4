//! Guard rails: the tables themselves refuse what nobody does on purpose.

use crate::city::{City, entry};

/// neither a chained nor an unchained row can be changed or deleted by a slip, nor a checkpoint.
#[tokio::test]
async fn the_tables_refuse_changes() {
    let city = City::new().await;
    city.chained(2).await;
    city.trail.checkpoint(None).await.unwrap();
    city.record(1).await;
    for slip in [
        "UPDATE platform.audit_action SET action = 'STEP_UNDONE' WHERE seq = 1",
        "UPDATE platform.audit_action SET action = 'STEP_UNDONE' WHERE seq IS NULL",
        "UPDATE platform.audit_action SET seq = NULL, previous = NULL, hash = NULL WHERE seq = 1",
        "DELETE FROM platform.audit_action WHERE seq IS NULL",
        "DELETE FROM platform.audit_action WHERE seq = 2",
        "TRUNCATE platform.audit_action",
        "DELETE FROM platform.audit_head",
        "TRUNCATE platform.audit_head",
        "UPDATE platform.audit_checkpoint SET taken_at = now()",
        "DELETE FROM platform.audit_checkpoint",
        "TRUNCATE platform.audit_checkpoint",
        "INSERT INTO platform.audit_action (happened_at, actor_kind, actor_id, action, subject_kind, subject_id, detail,
             seq, previous, hash)
         SELECT happened_at, actor_kind, actor_id, action, subject_kind, subject_id, detail, 3, previous, hash
         FROM platform.audit_action WHERE seq = 2",
    ] {
        let error = sqlx::query(slip).execute(&city.pool).await.unwrap_err();
        assert!(error.to_string().contains("only ever added to (R-36)"), "{slip}: {error}");
    }
    city.chained(0).await;
    assert!(city.findings(&[]).await.is_empty());
}

/// a trace id that is none is left out, not written down.
#[tokio::test]
async fn a_trace_id_is_one_or_none() {
    let city = City::new().await;
    let mut connection = city.pool.acquire().await.unwrap();
    for odd in ["", "15412345678", "0AF7651916CD43DD8448EB211C80319C"] {
        audit::record(&mut connection, &entry().traced(odd)).await.unwrap();
    }
    let traced: i64 = sqlx::query_scalar("SELECT count(trace_id) FROM platform.audit_action")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(traced, 0);
}
