//! `invitation`: what lets a union join, once.

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query};
use uuid::Uuid;
use vocabulary::InvitationId;

use super::decode;
use crate::domain::{Invitation, SecretHash};

/// Adds an invitation.
pub async fn insert(
    connection: &mut PgConnection,
    invitation: &Invitation,
    secret_hash: &SecretHash,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "INSERT INTO invitation (invitation_id, parent_id, kind, secret_hash, expires_at) VALUES ($1, $2, $3, $4, $5)",
        invitation.id.uuid(),
        invitation.parent.uuid(),
        invitation.kind.as_str(),
        secret_hash.as_slice(),
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The open invitation of a secret, held until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    secret_hash: &SecretHash,
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, Error> {
    let row = query!(
        "SELECT invitation_id, parent_id, kind FROM invitation
         WHERE secret_hash = $1 AND used_by IS NULL AND expires_at > $2 FOR UPDATE",
        secret_hash.as_slice(),
        now,
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = row.kind.parse().map_err(decode)?;
    Ok(Some(Invitation { id: row.invitation_id.into(), parent: row.parent_id.into(), kind }))
}

/// The invitation has served.
pub async fn used(connection: &mut PgConnection, id: InvitationId, by: Uuid) -> Result<(), Error> {
    query!("UPDATE invitation SET used_by = $2 WHERE invitation_id = $1", id.uuid(), by)
        .execute(connection)
        .await?;
    Ok(())
}
