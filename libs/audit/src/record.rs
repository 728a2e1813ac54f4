//! Writing an entry down, in the transaction that it tells about: both happen, or neither.

use sqlx::PgConnection;
use uuid::Uuid;
use vocabulary::UnionPath;

use crate::Entry;

/// Records an action. It costs one insert and waits for nobody; a job chains it within a second.
pub async fn record(connection: &mut PgConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    let detail = serde_json::to_string(&entry.detail).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query!(
        r#"INSERT INTO platform.audit_action
               (happened_at, actor_kind, actor_id, action, subject_kind, subject_id, union_path, request_id, trace_id,
                detail)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json)"#,
        entry.happened_at,
        entry.actor.kind(),
        entry.actor.id(),
        entry.action.as_str(),
        entry.subject.kind(),
        entry.subject.id(),
        entry.union_path.as_ref().map(UnionPath::as_str),
        entry.request_id.map(Uuid::from),
        entry.trace_id,
        detail,
    )
    .execute(connection)
    .await?;
    Ok(())
}
