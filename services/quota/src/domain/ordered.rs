//! Giving operations their place in the order: what `order.lua` does in Redis, and a replica itself where Redis is away.

use std::sync::Arc;

use vocabulary::{OperationId, RoundId};

use super::{Entry, Kind, Link, Operation, Sequence, body_hash};

/// An operation made ready for the log, once for all the times that it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The sender's id.
    pub id: OperationId,
    /// What is asked.
    pub kind: Kind,
    /// The round that it needs open, opens or closes.
    pub round: Option<RoundId>,
    /// The rest of it, as text.
    pub body: Arc<str>,
    /// SHA-256 of kind and body.
    pub hash: [u8; 32],
}

/// The end of a log: what decides about the next operation, but for the ids that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// The last sequence.
    pub seq: Sequence,
    /// The chain there.
    pub link: Link,
    /// The round that takes reservations.
    pub open: Option<RoundId>,
}

impl From<&Operation> for Ordered {
    fn from(operation: &Operation) -> Self {
        let (kind, body) = (operation.request.kind(), operation.request.body());
        let hash = body_hash(kind, &body);
        Self { id: operation.id, kind, round: operation.request.round().cloned(), body: body.into(), hash }
    }
}

impl Ordered {
    /// As the log holds it at its place.
    pub fn at(&self, seq: Sequence, link: Link) -> Entry {
        let (body, body_hash) = (self.body.clone(), self.hash);
        Entry { seq, id: self.id, kind: self.kind, body, body_hash, link }
    }
}

impl Tail {
    /// Gives an operation, whose id is not known, the next place; none where its round is not open: no sequence is spent.
    pub fn append(&mut self, operation: &Ordered) -> Option<Entry> {
        if operation.kind == Kind::Reserve && operation.round != self.open {
            return None;
        }
        self.seq = self.seq.next();
        self.link = self.link.follow(self.seq, operation.kind, operation.id.uuid(), &operation.hash);
        match operation.kind {
            Kind::Open => self.open.clone_from(&operation.round),
            Kind::End => self.open = None,
            Kind::Close if self.open == operation.round => self.open = None,
            _ => {}
        }
        Some(operation.at(self.seq, self.link))
    }
}
