//! A row of the trail as it is stored, and the one way in which it is hashed.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub type Hash = [u8; 32];

/// The place before the first: what the first row's previous hash is.
pub(crate) const START: Link = Link { seq: 0, hash: [0; 32] };

/// A place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The position, from 1.
    pub seq: i64,
    /// The hash of the row there.
    pub hash: Hash,
}

/// A row. Instants are microseconds since 1970; an infinite one, which only tampering can bring in, is none.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) recorded_us: Option<i64>,
    pub(crate) happened_us: Option<i64>,
    pub(crate) actor_kind: String,
    pub(crate) actor_id: String,
    pub(crate) action: String,
    pub(crate) subject_kind: String,
    pub(crate) subject_id: String,
    pub(crate) union_path: Option<String>,
    pub(crate) request_id: Option<Uuid>,
    pub(crate) trace_id: Option<String>,
    pub(crate) detail: String,
    /// The row's place, the hash before it and its own; none until it is chained. They are not hashed themselves.
    pub(crate) seq: Option<i64>,
    pub(crate) previous: Option<Vec<u8>>,
    pub(crate) hash: Option<Vec<u8>>,
}

impl Row {
    /// The hash that this row must have at a place of a service's trail. Every part is preceded by its length or its presence, so
    /// that no two rows have the same bytes.
    pub(crate) fn hash_at(&self, service: &str, seq: i64, previous: &Hash) -> Hash {
        let mut hash = Canonical(Sha256::new());
        hash.text("yuanmeng.audit.row.v1");
        hash.text(service);
        hash.number(seq);
        hash.text_bytes(previous);
        hash.number(self.id);
        hash.optional(self.recorded_us.map(i64::to_be_bytes));
        hash.optional(self.happened_us.map(i64::to_be_bytes));
        for text in [&self.actor_kind, &self.actor_id, &self.action, &self.subject_kind, &self.subject_id] {
            hash.text(text);
        }
        hash.optional(self.union_path.as_deref());
        hash.optional(self.request_id.map(Uuid::into_bytes));
        hash.optional(self.trace_id.as_deref());
        hash.text(&self.detail);
        hash.finish()
    }
}

/// Bytes that can be read in one way only.
struct Canonical(Sha256);

impl Canonical {
    fn text(&mut self, text: &str) {
        self.text_bytes(text.as_bytes());
    }

    fn text_bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn optional(&mut self, part: Option<impl AsRef<[u8]>>) {
        self.0.update([u8::from(part.is_some())]);
        if let Some(part) = part {
            self.text_bytes(part.as_ref());
        }
    }

    fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// A stored hash. Bytes of another length are none; what stands for them matches no hash that was computed.
pub(crate) fn stored(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or([0xFF; 32])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Row {
        Row {
            id: 7,
            recorded_us: Some(1),
            happened_us: Some(2),
            actor_kind: "worker".to_owned(),
            actor_id: "a".to_owned(),
            action: "SUBMITTED".to_owned(),
            subject_kind: "application".to_owned(),
            subject_id: "b".to_owned(),
            union_path: None,
            request_id: None,
            trace_id: None,
            detail: "{}".to_owned(),
            seq: None,
            previous: None,
            hash: None,
        }
    }

    /// whatever is changed of a row, its hash is another; so it is at another place or in another service.
    #[test]
    fn every_part_counts() {
        let original = content().hash_at("review", 1, &START.hash);
        let changes: [fn(&mut Row); 12] = [
            |row| row.id = 8,
            |row| row.recorded_us = Some(3),
            |row| row.happened_us = None,
            |row| row.actor_kind = "official".to_owned(),
            |row| row.actor_id = String::new(),
            |row| row.action = "SUBMITTE".to_owned(),
            |row| row.subject_kind = "case".to_owned(),
            |row| row.subject_id = "c".to_owned(),
            |row| row.union_path = Some(String::new()),
            |row| row.request_id = Some(Uuid::nil()),
            |row| row.trace_id = Some(String::new()),
            |row| row.detail = "{ }".to_owned(),
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut changed = content();
            change(&mut changed);
            assert_ne!(changed.hash_at("review", 1, &START.hash), original, "change {index}");
        }
        assert_ne!(content().hash_at("quota", 1, &START.hash), original);
        assert_ne!(content().hash_at("review", 2, &START.hash), original);
        assert_ne!(content().hash_at("review", 1, &[1; 32]), original);
    }

    /// A border moved between two neighbouring texts is a change.
    #[test]
    fn borders_count() {
        let mut moved = content();
        moved.actor_kind = "workera".to_owned();
        moved.actor_id = String::new();
        assert_ne!(moved.hash_at("review", 1, &START.hash), content().hash_at("review", 1, &START.hash));
    }
}
