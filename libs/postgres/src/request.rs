//! Requests that change something: the same request id gets the first answer again, kept in the same transaction.
//!
//! ```no_run
//! # async fn change<A>(database: sqlx::PgPool, request: postgres::Request) -> Result<A, Box<dyn std::error::Error>>
//! # where
//! #     A: prost::Message + Default,
//! # {
//! let mut tx = database.begin().await?;
//! if let Some(answer) = request.answered(&mut tx).await? {
//!     return Ok(answer);
//! }
//! // … change something …
//! # let answer = A::default();
//! request.keep(&mut tx, &answer).await?;
//! tx.commit().await?;
//! # Ok(answer)
//! # }
//! ```

use std::fmt::Display;

use prost::Message;
use refusal::{Reason, Refusal};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use vocabulary::RequestId;

/// A call that changes something, as far as repetition goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    id: RequestId,
    caller: String,
    method: &'static str,
    body_hash: [u8; 32],
}

/// Why a request is not done.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The same id came before with another body, or with the same and its answer held a secret.
    #[error("refused")]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl Request {
    /// A request by this caller with this message. `method` is the call's name, such as `AgreeMajor`.
    pub fn new(id: RequestId, caller: &impl Display, method: &'static str, message: &impl Message) -> Self {
        let body_hash = Sha256::digest(message.encode_to_vec()).into();
        Self { id, caller: caller.to_string(), method, body_hash }
    }

    /// The same, with a file that came besides the message: another file makes it another request.
    #[must_use]
    pub fn with_file(mut self, file: &[u8]) -> Self {
        self.body_hash = Sha256::new().chain_update(self.body_hash).chain_update(file).finalize().into();
        self
    }

    /// The caller's own number for it.
    pub const fn id(&self) -> RequestId {
        self.id
    }

    /// Claims the id for this transaction, or gives the answer that was kept for it. Where the same request is under way
    /// in another transaction, waits for that.
    pub async fn answered<A: Message + Default>(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Option<A>, RequestError> {
        if self.claim(&mut *connection).await? {
            return Ok(None);
        }
        let answer = self.first_answer(connection).await?.ok_or(Reason::RequestIdReused);
        let answer = A::decode(answer.map_err(Refusal::from)?.as_slice());
        Ok(Some(answer.map_err(|error| sqlx::Error::Decode(error.into()))?))
    }

    /// The answer kept for this request, if it came before; claims nothing. For work that asks a neighbour in between, and
    /// is itself safe to repeat.
    pub async fn kept<A: Message + Default>(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Option<A>, RequestError> {
        let known = sqlx::query_scalar!(
            r#"SELECT true AS "known!" FROM platform.request WHERE request_id = $1 AND caller = $2"#,
            self.id.uuid(),
            self.caller,
        )
        .fetch_optional(&mut *connection)
        .await?;
        if known.is_none() { Ok(None) } else { self.answered(connection).await }
    }

    /// Claims the id of a request whose answer holds a secret and is never kept: the same id again is refused.
    pub async fn first_time(&self, connection: &mut PgConnection) -> Result<(), RequestError> {
        if self.claim(connection).await? {
            Ok(())
        } else {
            Err(Refusal::from(Reason::RequestIdReused).into())
        }
    }

    /// Keeps the answer, for seven days.
    pub async fn keep(
        &self,
        connection: &mut PgConnection,
        answer: &impl Message,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE platform.request SET answer = $3 WHERE request_id = $1 AND caller = $2",
            self.id.uuid(),
            self.caller,
            answer.encode_to_vec(),
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// False where the id was claimed before. An insert that meets another's waits until that one has ended.
    async fn claim(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let claimed = sqlx::query!(
            "INSERT INTO platform.request (request_id, caller, method, body_hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT ON CONSTRAINT one_answer_a_request DO NOTHING",
            self.id.uuid(),
            self.caller,
            self.method,
            self.body_hash.as_slice(),
        )
        .execute(connection)
        .await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// The answer kept for this very request; none where the body differs or no answer was kept.
    async fn first_answer(&self, connection: &mut PgConnection) -> Result<Option<Vec<u8>>, sqlx::Error> {
        let kept = sqlx::query_scalar!(
            "SELECT answer FROM platform.request
             WHERE request_id = $1 AND caller = $2 AND method = $3 AND body_hash = $4",
            self.id.uuid(),
            self.caller,
            self.method,
            self.body_hash.as_slice(),
        )
        .fetch_optional(connection)
        .await?;
        Ok(kept.flatten())
    }
}

/// Forgets answers older than seven days; a bounded number at once.
pub async fn purge(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let purged = sqlx::query!(
        "DELETE FROM platform.request
         WHERE (request_id, caller) IN (
             SELECT request_id, caller FROM platform.request
             WHERE made_at < now() - interval '7 days' ORDER BY made_at LIMIT 1000)",
    )
    .execute(connection)
    .await?;
    Ok(purged.rows_affected())
}
