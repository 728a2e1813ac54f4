//! The two chains over a line's operations: a short one that Redis can compute, which only links its log, and the
//! SHA-256 one that receipts quote.

use std::fmt;

use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use vocabulary::{OperationId, ProgrammeId};

use super::{Entry, Kind, Sequence, body_hash};

/// The end of Redis' chain: a SHA-1.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Link([u8; 20]);

/// The end of the fold's chain: a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Link {
    /// Of a log without operations.
    pub fn start() -> Self {
        Self([0; 20])
    }

    /// The link after one more operation; `order.lua` computes the same, over text.
    pub fn follow(&self, seq: Sequence, kind: Kind, operation: uuid::Uuid, body_hash: &[u8; 32]) -> Self {
        let text = format!("{self}|{seq}|{}|{operation}|{}", kind.as_str(), hex::encode(body_hash));
        Self(Sha1::digest(text).into())
    }

    /// Whether an entry is the next one after this link, and its body the one that was linked.
    pub fn leads_to(&self, entry: &Entry) -> bool {
        self.links(entry) && body_hash(entry.kind, &entry.body) == entry.body_hash
    }

    /// Whether an entry is the next one after this link, as far as the chain goes: it holds the hash of its body only.
    pub fn links(&self, entry: &Entry) -> bool {
        self.follow(entry.seq, entry.kind, entry.id.uuid(), &entry.body_hash) == entry.link
    }

    /// Reads what Redis keeps: lower-case hex.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 20];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The 20 bytes.
    pub const fn bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl From<[u8; 20]> for Link {
    fn from(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Link({self})")
    }
}

impl Digest {
    /// Of a programme's line without operations: no two lines have a chain in common.
    pub fn start(programme: &ProgrammeId) -> Self {
        Self(Sha256::digest(programme.as_str()).into())
    }

    /// The digest after one more operation.
    pub fn follow(self, entry: &Entry) -> Self {
        self.follow_links(entry.seq, entry.kind, entry.id, &entry.body_hash)
    }

    /// The same, from all that the chain holds of an operation: not its body, which is about people.
    pub fn follow_links(self, seq: Sequence, kind: Kind, id: OperationId, body_hash: &[u8; 32]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        hasher.update(seq.get().to_be_bytes());
        hasher.update(kind.as_str());
        hasher.update(id.uuid().as_bytes());
        hasher.update(body_hash);
        Self(hasher.finalize().into())
    }

    /// Reads what is shown of it: lower-case hex.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digest({self})")
    }
}
