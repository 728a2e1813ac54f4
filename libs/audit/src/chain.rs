//! Chaining: each recorded action gets its place, once, in one order, whichever replica does it.

use crate::row::{Link, Row, stored};
use crate::{Trail, TrailError};

/// How many rows are chained in one transaction.
pub const BATCH: i64 = 500;

/// What one batch gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chained {
    /// So many rows; there may be more where it is a full batch.
    Rows(usize),
    /// Another replica is at it.
    Busy,
}

impl Trail {
    /// Chains the next batch of rows, in the order of their insertion. The row of the chain's head is the lock: with two
    /// chainers, one works and the other finds it [`Chained::Busy`].
    pub async fn chain(&self) -> Result<Chained, TrailError> {
        let mut tx = self.pool.begin().await?;
        let head = sqlx::query!("SELECT seq, hash FROM platform.audit_head FOR UPDATE SKIP LOCKED")
            .fetch_optional(&mut *tx)
            .await?;
        let Some(head) = head else { return Ok(Chained::Busy) };
        let mut end = Link { seq: head.seq, hash: stored(&head.hash) };

        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id,
                      CASE WHEN isfinite(recorded_at) THEN (extract(epoch FROM recorded_at) * 1000000)::bigint END
                          AS recorded_us,
                      CASE WHEN isfinite(happened_at) THEN (extract(epoch FROM happened_at) * 1000000)::bigint END
                          AS happened_us,
                      actor_kind, actor_id, action, subject_kind, subject_id, union_path, request_id, trace_id,
                      detail::text AS "detail!", seq, previous, hash
               FROM platform.audit_action WHERE seq IS NULL ORDER BY id LIMIT $1"#,
            BATCH,
        )
        .fetch_all(&mut *tx)
        .await?;
        if rows.is_empty() {
            // Dropped, it would hold the head a moment longer, and whoever chains next would find it busy.
            tx.rollback().await?;
            return Ok(Chained::Rows(0));
        }

        let mut links = Links::default();
        for row in &rows {
            end = links.add(row, self.service, end);
        }
        links.write(&mut tx, end).await?;
        tx.commit().await?;
        Ok(Chained::Rows(rows.len()))
    }
}

/// The places of a batch, column by column, as one statement writes them.
#[derive(Default)]
struct Links {
    ids: Vec<i64>,
    seqs: Vec<i64>,
    previous: Vec<Vec<u8>>,
    hashes: Vec<Vec<u8>>,
}

impl Links {
    /// Gives the row the place after `end`, which it then is.
    fn add(&mut self, row: &Row, service: &str, end: Link) -> Link {
        let seq = end.seq + 1;
        let hash = row.hash_at(service, seq, &end.hash);
        self.ids.push(row.id);
        self.seqs.push(seq);
        self.previous.push(end.hash.to_vec());
        self.hashes.push(hash.to_vec());
        Link { seq, hash }
    }

    async fn write(&self, connection: &mut sqlx::PgConnection, end: Link) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"UPDATE platform.audit_action AS action
               SET seq = link.seq, previous = link.previous, hash = link.hash
               FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[]) AS link (id, seq, previous, hash)
               WHERE action.id = link.id"#,
            &self.ids,
            &self.seqs,
            &self.previous,
            &self.hashes,
        )
        .execute(&mut *connection)
        .await?;
        sqlx::query!("UPDATE platform.audit_head SET seq = $1, hash = $2", end.seq, &end.hash[..])
            .execute(connection)
            .await?;
        Ok(())
    }
}
