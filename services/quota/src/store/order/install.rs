//! Puts an epoch into Redis: staged under keys of one's own, in chunks, then put in place at once.

use redis::Value;
use uuid::Uuid;
use vocabulary::{OperationId, ProgrammeId};

use super::{Keys, OrderError, OrderStore, function};
use crate::domain::{Entry, Row};

/// Staged keys that nobody put in place go away by themselves.
const STAGED_FOR_S: usize = 600;

/// An epoch on its way into Redis.
#[derive(Debug)]
pub struct Staging<'a> {
    store: &'a OrderStore,
    programme: &'a ProgrammeId,
    keys: Keys,
    operations: usize,
    entries: usize,
}

impl OrderStore {
    /// Begins to stage an epoch of a line.
    pub fn stage<'a>(&'a self, programme: &'a ProgrammeId) -> Staging<'a> {
        let name = format!("staged-{}", Uuid::now_v7().as_simple());
        let keys = Keys::named(&self.prefix, programme, &name);
        Staging { store: self, programme, keys, operations: 0, entries: 0 }
    }
}

impl Staging<'_> {
    /// Stages which operations are known, with sequence and hash.
    pub async fn know(&mut self, operations: &[(OperationId, i64, Vec<u8>)]) -> Result<(), OrderError> {
        if operations.is_empty() {
            return Ok(());
        }
        let mut command = redis::cmd("HSET");
        command.arg(&self.keys.dedup);
        for (id, seq, hash) in operations {
            command.arg(id.to_string()).arg(format!("{seq} {}", hex::encode(hash)));
        }
        self.store.send(&command).await?;
        self.operations += operations.len();
        self.let_expire(&self.keys.dedup).await
    }

    /// Stages the next entries of the log.
    pub async fn carry(&mut self, entries: &[Entry]) -> Result<(), OrderError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut all = redis::pipe();
        for entry in entries {
            all.cmd("XADD").arg(&self.keys.log).arg(format!("{}-0", entry.seq));
            all.arg("k").arg(entry.kind.as_str()).arg("i").arg(entry.id.to_string());
            all.arg("h").arg(hex::encode(entry.body_hash)).arg("b").arg(&*entry.body);
            all.arg("c").arg(entry.link.to_string());
        }
        self.store.send_all(&all).await?;
        self.entries += entries.len();
        self.let_expire(&self.keys.log).await
    }

    /// Stages the end of the log and puts the epoch in place, unless data was lost half-way, or this or a later epoch is
    /// there already. Tells whether it did.
    pub async fn install(self, row: &Row) -> Result<bool, OrderError> {
        let installed = self.put_in_place(row).await;
        if !matches!(installed, Ok(true)) {
            self.abandon().await;
        }
        installed
    }

    async fn put_in_place(&self, row: &Row) -> Result<bool, OrderError> {
        let mut meta = redis::cmd("HSET");
        meta.arg(&self.keys.meta).arg("seq").arg(row.at.seq.get()).arg("chain").arg(row.link.to_string());
        meta.arg("base").arg(row.base_seq.get());
        meta.arg("open").arg(row.open_round.as_ref().map_or("", |round| round.as_str()));
        self.store.send(&meta).await?;
        self.let_expire(&self.keys.meta).await?;

        let place = Keys::of(&self.store.prefix, self.programme, row.at.epoch);
        let [current, meta, dedup, log] = place.all();
        let keys = [current, meta, dedup, log, &self.keys.meta, &self.keys.dedup, &self.keys.log];
        let mut command = function("install", &keys);
        command.arg(row.at.epoch.get()).arg(self.operations).arg(self.entries).arg(&place.line);
        Ok(self.store.call(&command).await? == Value::Int(1))
    }

    /// Takes away what is staged. Redis may be full, and each further attempt would fill it more; where this fails too, the keys
    /// expire.
    pub async fn abandon(&self) {
        let Keys { meta, dedup, log, .. } = &self.keys;
        let _ = self.store.send(redis::cmd("UNLINK").arg(&[meta, dedup, log])).await;
    }

    async fn let_expire(&self, key: &str) -> Result<(), OrderError> {
        self.store.send(redis::cmd("EXPIRE").arg(key).arg(STAGED_FOR_S)).await.map(drop)
    }
}
