//! One operation as the log holds it, with its place in the order.

use std::sync::Arc;

use vocabulary::OperationId;

use super::{Kind, Link, Request, Sequence};

/// One operation of the log, as Redis or the journal gives it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub seq: Sequence,
    /// The sender's id.
    pub id: OperationId,
    /// What is asked.
    pub kind: Kind,
    /// The rest of it, as text.
    pub body: Arc<str>,
    /// SHA-256 of kind and body.
    pub body_hash: [u8; 32],
    /// Redis' chain at this entry.
    pub link: Link,
}

impl Entry {
    /// What is asked; none where the body cannot be read, which the fold refuses like anything else.
    pub fn request(&self) -> Option<Request> {
        Request::read(self.kind, &self.body)
    }
}
