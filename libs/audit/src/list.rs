//! Reading a trail, by what the reader may see (R-36).

use auth::Scope;

use crate::Trail;
use crate::row::Row;

/// What to read, newest first.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Only what was done to this kind of thing, and to this very one.
    pub(crate) subject: Option<(String, String)>,
    /// Only what is older than this row.
    pub(crate) before: Option<i64>,
    /// At most so many.
    pub(crate) limit: i64,
}

/// What was read.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    /// The last row here, where there are more before it.
    pub(crate) more_before: Option<i64>,
}

impl Trail {
    /// A page of what is within scope. What concerns no union is seen by those who see everything.
    pub(crate) async fn list(&self, scope: &Scope, wanted: &Wanted) -> Result<Page, sqlx::Error> {
        let mut rows = self.rows(scope, wanted, wanted.limit + 1).await?;
        let full = usize::try_from(wanted.limit).unwrap_or(0);
        let more = rows.len() > full;
        rows.truncate(full);
        let more_before = rows.last().filter(|_| more).map(|row| row.id);
        Ok(Page { rows, more_before })
    }

    async fn rows(&self, scope: &Scope, wanted: &Wanted, limit: i64) -> Result<Vec<Row>, sqlx::Error> {
        let (kind, id) = wanted.subject.as_ref().map(|(kind, id)| (kind.as_str(), id.as_str())).unzip();
        sqlx::query_as!(
            Row,
            r#"SELECT id,
                      (extract(epoch FROM recorded_at) * 1000000)::bigint AS recorded_us,
                      (extract(epoch FROM happened_at) * 1000000)::bigint AS happened_us,
                      actor_kind, actor_id, action, subject_kind, subject_id, union_path, request_id, trace_id,
                      detail::text AS "detail!", seq, previous, hash
               FROM platform.audit_action
               WHERE ($1 OR union_path LIKE $2)
                 AND ($3::text IS NULL OR subject_kind = $3)
                 AND ($4::text IS NULL OR subject_id = $4)
                 AND ($5::bigint IS NULL OR id < $5)
               ORDER BY id DESC LIMIT $6"#,
            scope.sees_everything(),
            scope.subtree_pattern(),
            kind,
            id,
            wanted.before,
            limit,
        )
        .fetch_all(&self.pool)
        .await
    }
}
