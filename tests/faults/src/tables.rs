//! What the stores hold after a rush: read by plain SQL and plain Redis commands, and by none of quota's own code.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use redis::AsyncCommands;
use redis::streams::StreamRangeReply;
use serde_json::Value;
use sqlx::types::Uuid;
use sqlx::{FromRow, PgPool};
use stack::Service;
use testkit::City;

/// An operation as it is written.
#[derive(Debug, FromRow)]
pub(crate) struct Operation {
    pub(crate) seq: i64,
    pub(crate) op_id: Uuid,
    pub(crate) kind: String,
    pub(crate) digest: Vec<u8>,
    #[sqlx(json)]
    pub(crate) decision: Value,
}

/// A pool's figures.
#[derive(Debug, FromRow)]
pub(crate) struct Pool {
    pub(crate) name: String,
    pub(crate) capacity: i32,
    pub(crate) taken: i32,
    pub(crate) waiting: i32,
    /// Counted in the table of holders.
    pub(crate) holders: i64,
    /// Counted there too: seats with a number that the pool does not have.
    pub(crate) beyond: i64,
    /// Counted in the table of those who wait.
    pub(crate) waiters: i64,
}

/// A place.
#[derive(Debug, FromRow)]
pub(crate) struct Place {
    pub(crate) application: Uuid,
    pub(crate) person: Option<Uuid>,
    pub(crate) arrival: Option<i64>,
    pub(crate) state: String,
}

/// The row of the line.
#[derive(Debug, FromRow)]
pub(crate) struct Row {
    pub(crate) epoch: i64,
    pub(crate) base_seq: i64,
    pub(crate) last_seq: i64,
    pub(crate) mode: String,
}

/// Everything there is of a line.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) row: Row,
    pub(crate) operations: Vec<Operation>,
    pub(crate) pools: Vec<Pool>,
    pub(crate) places: Vec<Place>,
    /// Redis' log: the epoch it is in, and the operation of each sequence it holds.
    pub(crate) log: (i64, BTreeMap<i64, Uuid>),
}

impl Tables {
    /// Reads it.
    pub(crate) async fn read(city: &City, programme: &str) -> Result<Self> {
        let database = city.database(Service::Quota).await;
        Ok(Self {
            row: row(&database, programme).await?,
            operations: sqlx::query_as(
                "SELECT seq, op_id, kind, digest, decision FROM operation WHERE programme = $1 ORDER BY seq",
            )
            .bind(programme)
            .fetch_all(&database)
            .await?,
            pools: sqlx::query_as(
                "SELECT pool AS name, capacity, taken, waiting,
                     (SELECT count(*) FROM holder WHERE holder.programme = pool.programme AND holder.pool = pool.pool)
                         AS holders,
                     (SELECT count(*) FROM holder WHERE holder.programme = pool.programme AND holder.pool = pool.pool
                         AND seat_no > capacity) AS beyond,
                     (SELECT count(*) FROM waiting WHERE waiting.programme = pool.programme AND waiting.pool = pool.pool)
                         AS waiters
                 FROM pool WHERE programme = $1 ORDER BY number",
            )
            .bind(programme)
            .fetch_all(&database)
            .await?,
            places: sqlx::query_as("SELECT application, person, arrival, state FROM place WHERE programme = $1")
                .bind(programme)
                .fetch_all(&database)
                .await?,
            log: log(city, programme).await?,
        })
    }
}

/// The row of a line.
pub(crate) async fn row(database: &PgPool, programme: &str) -> Result<Row> {
    let row = sqlx::query_as("SELECT epoch, base_seq, last_seq, mode FROM line WHERE programme = $1");
    row.bind(programme).fetch_optional(database).await?.context("no such line")
}

/// What Redis holds of a line: its epoch, and its log.
async fn log(city: &City, programme: &str) -> Result<(i64, BTreeMap<i64, Uuid>)> {
    let mut connection = testkit::redis_at(city.stack.order().url()).await?;
    let line = format!("quota:{{{programme}}}");
    let epoch: i64 = connection.get(format!("{line}:current")).await?;
    let entries: StreamRangeReply = connection.xrange_all(format!("{line}:{epoch}:log")).await?;
    let read = entries.ids.into_iter().map(|entry| {
        let seq = entry.id.split('-').next().context("a sequence")?.parse()?;
        let id: String = entry.get("i").context("an operation id")?;
        Ok((seq, id.parse()?))
    });
    Ok((epoch, read.collect::<Result<_>>()?))
}

/// How far Redis and PostgreSQL are apart: none where they stand at the same operation, in the same epoch.
pub(crate) async fn is_level(city: &City, database: &PgPool, programme: &str) -> bool {
    let (Ok(row), Ok((epoch, log))) = (row(database, programme).await, log(city, programme).await) else {
        return false;
    };
    let head = log.keys().next_back().copied().unwrap_or(row.last_seq);
    row.mode == "LOG" && row.epoch == epoch && row.last_seq == head
}
