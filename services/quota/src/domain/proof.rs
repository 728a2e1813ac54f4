//! What a signature of quota says, and when it may be given.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use vocabulary::{ApplicationId, ProgrammeId};

use super::{Digest, Entry, Line, Outcome, Request, Sequence, body_hash};

/// What a receipt says: this application came at this number, by the operation at which the chain had this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptText {
    /// The programme.
    pub programme: ProgrammeId,
    /// The application.
    pub application: ApplicationId,
    /// Its arrival number.
    pub arrival: i64,
    /// The operation.
    pub seq: Sequence,
    /// The SHA-256 chain there.
    pub digest: Digest,
}

/// What a checkpoint says: the chain of a line had this value at this operation, and so many had arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointText {
    /// The programme.
    pub programme: ProgrammeId,
    /// The operation.
    pub seq: Sequence,
    /// The SHA-256 chain there.
    pub digest: Digest,
    /// How many had arrived.
    pub arrivals: i64,
    /// When it was said.
    pub made_at: DateTime<Utc>,
}

impl ReceiptText {
    /// What is signed.
    pub fn message(&self) -> Vec<u8> {
        let Self { programme, application, arrival, seq, digest } = self;
        format!("yuanmeng.quota.receipt.v1\n{programme}\n{application}\n{arrival}\n{seq}\n{digest}")
            .into_bytes()
    }
}

impl CheckpointText {
    /// What is signed.
    pub fn message(&self) -> Vec<u8> {
        let Self { programme, seq, digest, arrivals, made_at } = self;
        let made_us = made_at.timestamp_micros();
        format!("yuanmeng.quota.checkpoint.v1\n{programme}\n{seq}\n{digest}\n{arrivals}\n{made_us}")
            .into_bytes()
    }
}

/// Where a replica's own fold of a line stands: what it has computed, and not what a table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stood {
    /// The last operation.
    pub seq: Sequence,
    /// The SHA-256 chain there.
    pub digest: Digest,
    /// How many had arrived.
    pub arrivals: i64,
}

impl Stood {
    /// Where a fold stands.
    pub fn of(line: &Line) -> Self {
        Self { seq: line.seq(), digest: line.digest(), arrivals: line.arrivals() }
    }
}

/// The operation that gave a place, as the journal holds it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The operation.
    pub entry: Entry,
    /// The SHA-256 chain there.
    pub digest: Digest,
    /// And at the operation before; none where there is none.
    pub before: Option<Digest>,
    /// What was decided.
    pub outcome: Outcome,
}

impl Given {
    /// Whether the chain carries what a receipt says: the operation follows from the one before, asks for a place for this
    /// very application, of this person where one is named, and was given this number. The table of places alone is not believed.
    pub fn carries(&self, receipt: &ReceiptText, person: Option<Uuid>) -> bool {
        let entry = &self.entry;
        let begin = (entry.seq == Sequence::START.next()).then(|| Digest::start(&receipt.programme));
        let asks = matches!(entry.request(), Some(Request::Reserve(asked))
            if asked.application == receipt.application && person.is_none_or(|person| person == asked.person.uuid()));
        let gives = matches!(self.outcome, Outcome::Place { arrival, .. } if arrival == receipt.arrival);
        asks && gives
            && (entry.seq, self.digest) == (receipt.seq, receipt.digest)
            && body_hash(entry.kind, &entry.body) == entry.body_hash
            && self.before.or(begin).is_some_and(|before| before.follow(entry) == self.digest)
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::{OperationId, UnionId, WorkerId};

    use super::super::{Link, PlaceState, Reservation};
    use super::*;

    fn given() -> (ReceiptText, Given) {
        let (programme, application): (ProgrammeId, _) =
            ("jinan-2021".parse().unwrap(), ApplicationId::new());
        let unions = vec![UnionId::new()];
        let round = "spring".parse().unwrap();
        let request = Request::Reserve(Reservation { application, person: WorkerId::new(), round, unions });
        let (kind, body) = (request.kind(), request.body());
        let body_hash = body_hash(kind, &body);
        let entry = Entry {
            seq: 4.into(),
            id: OperationId::new(),
            kind,
            body: body.into(),
            body_hash,
            link: Link::start(),
        };
        let before = Digest::start(&programme);
        let digest = before.follow(&entry);
        let outcome =
            Outcome::Place { arrival: 2, round: None, state: PlaceState::Live, standings: Vec::new() };
        let receipt = ReceiptText { programme, application, arrival: 2, seq: 4.into(), digest };
        (receipt, Given { entry, digest, before: Some(before), outcome })
    }

    #[test]
    fn a_receipt_says_what_the_chain_carries_and_nothing_else() {
        let (receipt, given) = given();
        assert!(given.carries(&receipt, None));
        assert!(!given.carries(&ReceiptText { arrival: 1, ..receipt.clone() }, None), "another number");
        assert!(!given.carries(&ReceiptText { application: ApplicationId::new(), ..receipt.clone() }, None));
        assert!(
            !Given { before: Some(given.digest), ..given.clone() }.carries(&receipt, None),
            "it does not follow"
        );
        assert!(
            !Given { before: None, ..given.clone() }.carries(&receipt, None),
            "only the first has none before it"
        );
        let body = given.entry.body.replace("spring", "autumn");
        let changed = Given { entry: Entry { body: body.into(), ..given.entry.clone() }, ..given };
        assert!(!changed.carries(&receipt, None), "another body");
    }
}
