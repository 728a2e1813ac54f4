//! Walking along the chain and computing it again: rows are read page by page, so that a trail of any length needs little
//! memory.

use sqlx::PgConnection;

use crate::report::{Break, Findings};
use crate::row::{Link, Row, START, stored};

/// Rows that are read at once.
const PAGE: i64 = 1_000;

/// A walk: where it stands, and what was wrong on the way.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    service: &'a str,
    /// The last row that was read, by position and id: a position that occurs twice is not skipped.
    cursor: (i64, i64),
    end: Link,
    pub(crate) rows: u64,
    pub(crate) findings: Findings,
}

impl<'a> Walk<'a> {
    /// Over all rows, even such as stand where no row can.
    pub(crate) fn over_all(service: &'a str) -> Self {
        Self { service, cursor: (i64::MIN, i64::MIN), end: START, rows: 0, findings: Findings::default() }
    }

    /// Over the rows after a place that is known to be sound.
    pub(crate) fn after(service: &'a str, place: Link) -> Self {
        let cursor = (place.seq, i64::MAX);
        Self { service, cursor, end: place, rows: 0, findings: Findings::default() }
    }

    /// Where it stands: the last row that was read, as it claims to be.
    pub(crate) const fn end(&self) -> Link {
        self.end
    }

    /// Walks on to the last row.
    pub(crate) async fn go_to_the_end(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        loop {
            let page = self.page(connection).await?;
            for row in &page {
                self.step(row);
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }

    async fn page(&self, connection: &mut PgConnection) -> Result<Vec<Row>, sqlx::Error> {
        sqlx::query_as!(
            Row,
            r#"SELECT id,
                      CASE WHEN isfinite(recorded_at) THEN (extract(epoch FROM recorded_at) * 1000000)::bigint END
                          AS recorded_us,
                      CASE WHEN isfinite(happened_at) THEN (extract(epoch FROM happened_at) * 1000000)::bigint END
                          AS happened_us,
                      actor_kind, actor_id, action, subject_kind, subject_id, union_path, request_id, trace_id,
                      detail::text AS "detail!", seq, previous, hash
               FROM platform.audit_action WHERE (seq, id) > ($1, $2) ORDER BY seq, id LIMIT $3"#,
            self.cursor.0,
            self.cursor.1,
            PAGE,
        )
        .fetch_all(connection)
        .await
    }

    fn step(&mut self, row: &Row) {
        let seq = row.seq.unwrap_or_default();
        self.cursor = (seq, row.id);
        self.rows += 1;
        if seq <= self.end.seq {
            self.findings.add(seq, Break::Inserted);
            return;
        }
        let follows = seq == self.end.seq + 1;
        if !follows {
            self.findings.add(self.end.seq + 1, Break::Deleted { through: seq - 1 });
        }
        let previous = stored(row.previous.as_deref().unwrap_or_default());
        let hash = stored(row.hash.as_deref().unwrap_or_default());
        if row.hash_at(self.service, seq, &previous) != hash {
            self.findings.add(seq, Break::Changed);
        } else if follows && previous != self.end.hash {
            self.findings.add(seq, Break::Unlinked);
        }
        self.end = Link { seq, hash };
    }
}
