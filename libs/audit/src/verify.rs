//! Verifying a trail: everything that can be computed is computed again and compared with everything that was kept.

use sqlx::PgConnection;

use crate::checkpoint::Checkpoint;
use crate::report::{Break, Report};
use crate::row::{Link, stored};
use crate::walk::Walk;
use crate::{Trail, TrailError};

/// Checkpoints that are read at once.
const PAGE: i64 = 1_000;

/// A row that has waited for its place longer than this was forgotten, in seconds; a healthy job needs one.
const MAX_UNCHAINED_S: f64 = 60.0;

/// A row older than this is covered by a checkpoint, in seconds; a healthy job needs sixty.
const MAX_UNSIGNED_S: f64 = 600.0;

impl Trail {
    /// Looks for changed, deleted, inserted, exchanged and cut-off rows, for bad signatures, and for rows that were left
    /// unchained or unsigned.
    ///
    /// Anchors are places that somebody kept elsewhere: from the log's copies of checkpoints, or from an earlier report.
    /// Whoever owns the database can forge everything in it but what such an anchor says.
    pub async fn verify(&self, anchors: &[Link]) -> Result<Report, TrailError> {
        let mut tx = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let mut walk = Walk::over_all(self.service);
        walk.go_to_the_end(&mut tx).await?;
        compare_head(&mut walk, &mut tx).await?;
        let signed_to = self.compare_checkpoints(&mut walk, &mut tx).await?;
        for anchor in anchors {
            let there =
                sqlx::query_scalar!("SELECT hash FROM platform.audit_action WHERE seq = $1", anchor.seq)
                    .fetch_optional(&mut *tx)
                    .await?;
            walk.compare(*anchor, there.flatten().as_deref());
        }
        look_for_the_unsigned(&mut walk, signed_to, &mut tx).await?;
        look_for_the_unchained(&mut walk, &mut tx).await?;
        tx.commit().await?;
        let (rows, end) = (walk.rows, walk.end());
        Ok(Report { rows, end, signed_to, findings: walk.findings.into_sorted() })
    }

    /// Compares every checkpoint with the row that it speaks of; gives the last place that a sound one covers.
    async fn compare_checkpoints(
        &self,
        walk: &mut Walk<'_>,
        connection: &mut PgConnection,
    ) -> Result<i64, sqlx::Error> {
        let (mut after, mut signed_to) = (i64::MIN, 0);
        loop {
            let page = sqlx::query!(
                r#"SELECT checkpoint.seq, checkpoint.hash, taken_at, key_id, signature, action.hash AS "there?"
                   FROM platform.audit_checkpoint AS checkpoint
                   LEFT JOIN platform.audit_action AS action ON action.seq = checkpoint.seq
                   WHERE checkpoint.seq > $1 AND isfinite(taken_at) ORDER BY checkpoint.seq LIMIT $2"#,
                after,
                PAGE,
            )
            .fetch_all(&mut *connection)
            .await?;
            let Some(last) = page.last() else { return Ok(signed_to) };
            after = last.seq;
            for row in page {
                let link = Link { seq: row.seq, hash: stored(&row.hash) };
                let checkpoint =
                    Checkpoint { link, taken_at: row.taken_at, key_id: row.key_id, signature: row.signature };
                if !checkpoint.is_authentic(self.service, &self.keys) {
                    walk.findings.add(link.seq, Break::BadSignature);
                } else if walk.compare(link, row.there.as_deref()) {
                    signed_to = link.seq;
                }
            }
        }
    }
}

impl Walk<'_> {
    /// Compares the row at a place with what is known of that place from elsewhere; whether the two agree.
    fn compare(&mut self, known: Link, there: Option<&[u8]>) -> bool {
        match there {
            Some(hash) if stored(hash) == known.hash => return true,
            Some(_) => self.findings.add(known.seq, Break::Rewritten),
            None if known.seq > self.end().seq => {
                self.findings.add(self.end().seq + 1, Break::CutOff { through: known.seq });
            }
            // A gap, which the walk has found already.
            None => {}
        }
        false
    }
}

async fn compare_head(walk: &mut Walk<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let head = sqlx::query!("SELECT seq, hash FROM platform.audit_head").fetch_optional(connection).await?;
    let end = walk.end();
    let Some(head) = head else {
        walk.findings.add(end.seq, Break::HeadLost);
        return Ok(());
    };
    if head.seq < end.seq {
        walk.findings.add(head.seq + 1, Break::Inserted);
    } else {
        let there = (head.seq == end.seq).then_some(end.hash);
        walk.compare(
            Link { seq: head.seq, hash: stored(&head.hash) },
            there.as_ref().map(<[u8; 32]>::as_slice),
        );
    }
    Ok(())
}

async fn look_for_the_unsigned(
    walk: &mut Walk<'_>,
    signed_to: i64,
    connection: &mut PgConnection,
) -> Result<(), sqlx::Error> {
    let first = sqlx::query_scalar!(
        "SELECT min(seq) FROM platform.audit_action
         WHERE seq > $1 AND recorded_at < now() - make_interval(secs => $2)",
        signed_to,
        MAX_UNSIGNED_S,
    )
    .fetch_one(connection)
    .await?;
    if let Some(seq) = first {
        walk.findings.add(seq, Break::Unsigned);
    }
    Ok(())
}

async fn look_for_the_unchained(
    walk: &mut Walk<'_>,
    connection: &mut PgConnection,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"SELECT count(*) AS "rows!" FROM platform.audit_action
           WHERE seq IS NULL AND recorded_at < now() - make_interval(secs => $1)"#,
        MAX_UNCHAINED_S,
    )
    .fetch_one(connection)
    .await?;
    if rows > 0 {
        walk.findings.add(0, Break::Unchained { rows });
    }
    Ok(())
}
