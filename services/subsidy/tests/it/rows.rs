//! Rows held from behind subsidy's back, so that its calls meet in an order that a test has chosen.

use sqlx::{PgConnection, PgPool};
use testkit::eventually;

/// A transaction that holds an application, by its backend's number.
#[derive(Clone, Copy)]
pub struct Holder(i32);

/// Holds an application, as a call that changes it does, until the transaction ends.
pub async fn hold(connection: &mut PgConnection, id: &str) -> Holder {
    let held = "SELECT pg_backend_pid() FROM application WHERE application_id = $1::uuid FOR UPDATE";
    Holder(sqlx::query_scalar(held).bind(id).fetch_one(connection).await.unwrap())
}

impl Holder {
    /// Waits until so many transactions wait for it, one behind the other.
    pub async fn has_behind_it(self, database: &PgPool, count: i64) {
        let behind = "WITH RECURSIVE behind AS (
                 SELECT $1 AS pid
                 UNION
                 SELECT waiting.pid FROM pg_stat_activity waiting
                 JOIN behind ON behind.pid = ANY (pg_blocking_pids(waiting.pid)))
             SELECT count(*) - 1 FROM behind";
        eventually("transactions wait for the row", async || {
            let waiting: i64 = sqlx::query_scalar(behind).bind(self.0).fetch_one(database).await.unwrap();
            waiting >= count
        })
        .await;
    }
}
