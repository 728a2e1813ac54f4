//! Checkpoints: what the end of the chain was at a moment, signed by a key that the database does not hold.
//!
//! Each is also logged, so that the log store keeps a copy. Somebody who owns the database can rewrite every table of it;
//! the copies, given to [`Trail::verify`] as anchors, still tell.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::report::{Break, Finding};
use crate::row::{Link, START, stored};
use crate::walk::Walk;
use crate::{Keys, Trail, TrailError};

/// After so many rows a checkpoint is due at once.
const ROWS: i64 = 1_000;

/// With anything new at all, one is due after so many seconds.
const SECONDS: f64 = 60.0;

/// A checkpoint as it is stored.
pub(crate) struct Checkpoint {
    pub(crate) link: Link,
    pub(crate) taken_at: DateTime<Utc>,
    pub(crate) key_id: String,
    pub(crate) signature: Vec<u8>,
}

impl Checkpoint {
    fn signed(service: &str, link: Link, taken_at: DateTime<Utc>, keys: &Keys) -> Self {
        let signature = keys.sign(&message(service, link, taken_at)).to_vec();
        Self { link, taken_at, key_id: keys.signing_id(), signature }
    }

    pub(crate) fn is_authentic(&self, service: &str, keys: &Keys) -> bool {
        let message = message(service, self.link, self.taken_at);
        keys.have_signed(&self.key_id, &message, &self.signature)
    }

    /// The line that the log store keeps; sequence and hash of it are an anchor.
    fn tell(&self, service: &str) {
        tracing::info!(
            service,
            seq = self.link.seq,
            hash = hex::encode(self.link.hash),
            taken_at = %self.taken_at,
            key_id = self.key_id,
            signature = hex::encode(&self.signature),
            "signed a checkpoint of the audit trail"
        );
    }
}

/// What is signed. The service is part of it: a checkpoint of another trail proves nothing here.
fn message(service: &str, link: Link, taken_at: DateTime<Utc>) -> Vec<u8> {
    let Link { seq, hash } = link;
    let taken_us = taken_at.timestamp_micros();
    format!("yuanmeng.audit.checkpoint.v1\n{service}\n{seq}\n{}\n{taken_us}", hex::encode(hash)).into_bytes()
}

impl Trail {
    /// Signs the end of the chain if that is due, and gives the place up to which the trail was found whole.
    ///
    /// Nothing is signed that does not follow, row by row, from what was signed before, or from what the chainer has
    /// `seen` itself: a history that was rewritten in between does not get our signature.
    pub async fn checkpoint(&self, seen: Option<Link>) -> Result<Option<Link>, TrailError> {
        let mut tx = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let Some((head, taken_at)) = due(&mut tx).await? else { return Ok(seen) };
        let from = match seen {
            Some(seen) => seen,
            None => self.last_signed(&mut tx).await?,
        };
        let mut walk = Walk::after(self.service, from);
        walk.go_to_the_end(&mut tx).await?;
        tx.commit().await?;

        let wrong_end = || (walk.end() != head).then_some(Finding { seq: head.seq, kind: Break::Rewritten });
        if let Some(finding) = walk.findings.first().or_else(wrong_end) {
            return Err(TrailError::Broken(finding));
        }
        let checkpoint = Checkpoint::signed(self.service, head, taken_at, &self.keys);
        if self.keep(&checkpoint).await? {
            checkpoint.tell(self.service);
        }
        Ok(Some(head))
    }

    /// The last place that was signed; the start where none was.
    async fn last_signed(&self, connection: &mut PgConnection) -> Result<Link, TrailError> {
        let last = sqlx::query!(
            "SELECT seq, hash, taken_at, key_id, signature FROM platform.audit_checkpoint
             ORDER BY seq DESC LIMIT 1"
        )
        .fetch_optional(connection)
        .await?;
        let Some(row) = last else { return Ok(START) };
        let link = Link { seq: row.seq, hash: stored(&row.hash) };
        let last = Checkpoint { link, taken_at: row.taken_at, key_id: row.key_id, signature: row.signature };
        if last.is_authentic(self.service, &self.keys) {
            Ok(link)
        } else {
            Err(TrailError::Broken(Finding { seq: link.seq, kind: Break::BadSignature }))
        }
    }

    /// Stores a checkpoint; false where another replica was first at the same place.
    async fn keep(&self, checkpoint: &Checkpoint) -> Result<bool, sqlx::Error> {
        let stored = sqlx::query!(
            "INSERT INTO platform.audit_checkpoint (seq, hash, taken_at, key_id, signature)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (seq) DO NOTHING",
            checkpoint.link.seq,
            &checkpoint.link.hash[..],
            checkpoint.taken_at,
            checkpoint.key_id,
            checkpoint.signature,
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() == 1)
    }
}

/// The end of the chain and the time, by the database's clock, if a checkpoint is due.
async fn due(connection: &mut PgConnection) -> Result<Option<(Link, DateTime<Utc>)>, sqlx::Error> {
    let due = sqlx::query!(
        r#"SELECT seq, hash, now() AS "now!" FROM platform.audit_head
           WHERE seq > (SELECT coalesce(max(seq), 0) FROM platform.audit_checkpoint)
             AND (seq >= (SELECT coalesce(max(seq), 0) FROM platform.audit_checkpoint) + $1
                  OR NOT EXISTS (SELECT FROM platform.audit_checkpoint
                                 WHERE taken_at > now() - make_interval(secs => $2)))"#,
        ROWS,
        SECONDS,
    )
    .fetch_optional(connection)
    .await?;
    Ok(due.map(|row| (Link { seq: row.seq, hash: stored(&row.hash) }, row.now)))
}
