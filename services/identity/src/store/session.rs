//! `session`: who is signed in, and which refresh token is good now.

use chrono::{DateTime, Utc};
use sqlx::{Error, PgConnection, query, query_as};
use uuid::Uuid;

use super::decode;
use crate::domain::SecretHash;

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A worker.
    Worker(Uuid),
    /// An official.
    Official(Uuid),
}

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub holder: Holder,
    /// Where the person signed in.
    pub channel: String,
    /// The hash of the refresh token that is good now.
    pub refresh_hash: Vec<u8>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

struct Row {
    session_id: Uuid,
    worker_id: Option<Uuid>,
    official_id: Option<Uuid>,
    channel: String,
    refresh_hash: Vec<u8>,
    expires_at: DateTime<Utc>,
}

/// Opens a session.
pub async fn insert(connection: &mut PgConnection, session: &Session) -> Result<(), Error> {
    let (worker, official) = match session.holder {
        Holder::Worker(id) => (Some(id), None),
        Holder::Official(id) => (None, Some(id)),
    };
    query!(
        "INSERT INTO session (session_id, worker_id, official_id, channel, refresh_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        session.id,
        worker,
        official,
        session.channel,
        session.refresh_hash,
        session.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session that is still good, held until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Session>, Error> {
    let row = query_as!(
        Row,
        "SELECT session_id, worker_id, official_id, channel, refresh_hash, expires_at
         FROM session WHERE session_id = $1 AND ended_at IS NULL AND expires_at > $2 FOR UPDATE",
        id,
        now,
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// From now on another refresh token is good.
pub async fn rotate(connection: &mut PgConnection, id: Uuid, refresh_hash: &SecretHash) -> Result<(), Error> {
    query!("UPDATE session SET refresh_hash = $2 WHERE session_id = $1", id, refresh_hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a session.
pub async fn end(connection: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    query!("UPDATE session SET ended_at = $2 WHERE session_id = $1", id, now).execute(connection).await?;
    Ok(())
}

impl TryFrom<Row> for Session {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let holder = match (row.worker_id, row.official_id) {
            (Some(id), None) => Holder::Worker(id),
            (None, Some(id)) => Holder::Official(id),
            _ => return Err(decode("a session without one holder")),
        };
        Ok(Self {
            id: row.session_id,
            holder,
            channel: row.channel,
            refresh_hash: row.refresh_hash,
            expires_at: row.expires_at,
        })
    }
}
