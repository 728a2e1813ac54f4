//! `platform.inbox`: which events have been handled.

use sqlx::{PgConnection, PgPool, query};
use uuid::Uuid;

/// Notes an event as handled, in the handler's transaction. False where it was handled before.
pub async fn note(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    let noted = query!("INSERT INTO platform.inbox (message_id) VALUES ($1) ON CONFLICT DO NOTHING", id)
        .execute(connection)
        .await?;
    Ok(noted.rows_affected() == 1)
}

/// Forgets events handled more than thirty days ago, a bounded number at once.
pub async fn purge(database: &PgPool) -> Result<(), sqlx::Error> {
    query!(
        "DELETE FROM platform.inbox
         WHERE message_id IN (
             SELECT message_id FROM platform.inbox WHERE heard_at < now() - interval '30 days' ORDER BY heard_at LIMIT 1000)",
    )
    .execute(database)
    .await?;
    Ok(())
}
