//! All that a call can leave a trace in: `GetLine`, every table with the audit trail, and Redis.

use std::collections::BTreeMap;

use proto::quota as pb;
use sqlx::{AssertSqlSafe, PgPool};

use crate::calls::Programme;
use crate::house::House;

/// What it all is at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    line: pb::Line,
    /// Each table's rows, as text.
    tables: BTreeMap<String, Vec<String>>,
    /// Each key's value, as text.
    redis: BTreeMap<String, Vec<String>>,
}

impl Trace {
    /// Looks at a line whose house its test has for itself.
    pub async fn of(house: &House, programme: &Programme) -> Self {
        Self {
            line: programme.line().await,
            tables: tables(&house.database().await).await,
            redis: redis(house.city.stack.order().url()).await,
        }
    }

    /// That of a house in which nothing is under way any more: audit rows are chained a moment after they are written.
    pub async fn settled(house: &House, programme: &Programme) -> Self {
        testkit::eventually("nothing moves any more", async || {
            let before = Self::of(house, programme).await;
            tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
            (before == Self::of(house, programme).await).then_some(before)
        })
        .await
    }

    /// Asserts that what was done in between has left nothing behind.
    #[track_caller]
    pub fn assert_same(&self, after: &Self, what: &str) {
        assert_eq!(self.line, after.line, "{what}: the line moved");
        assert_eq!(self.changed_tables(after), [] as [&str; 0], "{what}: tables changed");
        assert!(self.redis == after.redis, "{what}: Redis changed");
    }

    /// Asserts that the one thing that was done in between is one more row of the journal, where the line now stands.
    #[track_caller]
    pub fn assert_recorded_once(&self, after: &Self, what: &str) {
        assert_eq!(after.line.last_sequence, self.line.last_sequence + 1, "{what}");
        let moved = pb::Line {
            last_sequence: after.line.last_sequence,
            chain: after.line.chain.clone(),
            ..self.line.clone()
        };
        assert_eq!(moved, after.line, "{what}: the line is otherwise the same");
        assert_eq!(self.changed_tables(after), ["public.line", "public.operation"], "{what}");
        let (before, now) = (&self.tables["public.operation"], &after.tables["public.operation"]);
        assert!(before.iter().all(|row| now.contains(row)), "{what}: the journal only grows");
        assert_eq!(now.len(), before.len() + 1, "{what}: by one row");
    }

    fn changed_tables(&self, after: &Self) -> Vec<&str> {
        assert!(self.tables.keys().eq(after.tables.keys()));
        let changed = self.tables.iter().filter(|(name, rows)| after.tables[*name] != **rows);
        changed.map(|(name, _)| name.as_str()).collect()
    }
}

/// But for checkpoints, and how far others were told: both follow the journal as time passes.
async fn tables(database: &PgPool) -> BTreeMap<String, Vec<String>> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT schemaname || '.' || tablename FROM pg_tables
         WHERE schemaname IN ('public', 'platform') AND tablename NOT IN ('checkpoint', 'audit_checkpoint', 'relay')",
    )
    .fetch_all(database)
    .await
    .unwrap();
    let mut tables = BTreeMap::new();
    for name in names {
        let rows = format!("SELECT to_jsonb(one)::text FROM {name} AS one ORDER BY 1");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(database).await.unwrap();
        tables.insert(name, rows);
    }
    tables
}

async fn redis(url: &str) -> BTreeMap<String, Vec<String>> {
    let client = redis::Client::open(url).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await.unwrap();
    let mut values = BTreeMap::new();
    for key in keys {
        let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut redis).await.unwrap();
        let read = match kind.as_str() {
            "hash" => redis::cmd("HGETALL").arg(&key).to_owned(),
            "stream" => redis::cmd("XRANGE").arg(&key).arg("-").arg("+").to_owned(),
            _ => redis::cmd("GET").arg(&key).to_owned(),
        };
        let value: redis::Value = read.query_async(&mut redis).await.unwrap();
        let mut value = match value {
            redis::Value::Array(entries) => entries.iter().map(|entry| format!("{entry:?}")).collect(),
            redis::Value::Map(entries) => entries.iter().map(|entry| format!("{entry:?}")).collect(),
            other => vec![format!("{other:?}")],
        };
        if kind == "hash" {
            // Redis keeps no order of them: fields and values, which are never the same as a field.
            value.sort();
        }
        values.insert(key, value);
    }
    values
}
