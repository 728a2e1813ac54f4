//! Whether a line is what its journal says, and its journal one chain: what proves that nobody jumped the queue.

mod jumped;
mod tables;

use std::collections::BTreeMap;
use std::fmt;

use vocabulary::{ProgrammeId, RoundId};

pub use self::jumped::Turns;
pub use self::tables::{BarredRow, PlaceRow, PoolRow, Sits, Waits};
use super::batch::promotions;
use super::{Digest, Entry, Epoch, Line, Outcome, Promotion, RoundState, Row, Sequence, Stood, body_hash};

/// More findings than this tell nothing more.
const MAX_FINDINGS: usize = 100;

/// A row of the journal.
#[derive(Debug, Clone)]
pub struct Written {
    /// The operation.
    pub entry: Entry,
    /// The epoch it was folded in.
    pub epoch: Epoch,
    /// The SHA-256 chain at it.
    pub digest: Digest,
    /// What its sender was told.
    pub outcome: Outcome,
    /// Who moved up by it.
    pub promotions: Vec<Promotion>,
}

/// Something that is not as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The journal has no operation of this number.
    Missing(Sequence),
    /// The operation does not follow from the one before: one of them was changed, or they were exchanged.
    Unlinked(Sequence),
    /// The operation's body is not the one that was hashed.
    BodyChanged(Sequence),
    /// The chain's value at this operation is not the one that is written.
    DigestChanged(Sequence),
    /// What its sender was told is not what the law gives.
    DecisionChanged(Sequence),
    /// Who moved up by it is not what the law gives.
    PromotionChanged(Sequence),
    /// It was folded in an earlier epoch than the one before.
    EpochFell(Sequence),
    /// A published checkpoint is not on the chain, or not signed by a key that is believed.
    Checkpoint(Sequence),
    /// The row of the line is not what the journal gives.
    LineChanged,
    /// A round is not what the journal gives.
    RoundChanged(RoundId),
    /// A pool's figures are not what the journal gives.
    PoolChanged(String),
    /// Who holds this seat is not what the journal gives, or there is no such pool.
    HolderChanged(String, i64),
    /// Who waits in this pool is not what the journal gives, or there is no such pool.
    WaitingChanged(String),
    /// The place of this arrival number, or of one barred before it arrived where it is 0, is not what the journal gives.
    PlaceChanged(i64),
    /// By the tables alone, somebody holds a seat of this pool though another, who entered its line before, waits.
    Jumped(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(seq) => write!(out, "operation {seq} is missing from the journal"),
            Self::Unlinked(seq) => write!(out, "operation {seq} does not follow from the one before"),
            Self::BodyChanged(seq) => {
                write!(out, "the body of operation {seq} is not the one that was hashed")
            }
            Self::DigestChanged(seq) => {
                write!(out, "the chain at operation {seq} is not the one that is written")
            }
            Self::DecisionChanged(seq) => write!(out, "what was decided by operation {seq} is not the law"),
            Self::PromotionChanged(seq) => write!(out, "who moved up by operation {seq} is not the law"),
            Self::EpochFell(seq) => write!(out, "operation {seq} is of an earlier epoch than the one before"),
            Self::Checkpoint(seq) => {
                write!(out, "the checkpoint at operation {seq} is not on the chain, or not signed")
            }
            Self::LineChanged => write!(out, "the row of the line is not what the journal gives"),
            Self::RoundChanged(round) => write!(out, "round {round} is not what the journal gives"),
            Self::PoolChanged(pool) => write!(out, "pool {pool} is not what the journal gives"),
            Self::HolderChanged(pool, seat) => {
                write!(out, "who holds seat {seat} of {pool} is not what the journal gives")
            }
            Self::WaitingChanged(pool) => write!(out, "who waits in {pool} is not what the journal gives"),
            Self::PlaceChanged(0) => write!(out, "who left before arriving is not what the journal gives"),
            Self::PlaceChanged(arrival) => {
                write!(out, "the place of number {arrival} is not what the journal gives")
            }
            Self::Jumped(pool) => {
                write!(out, "somebody holds a seat of {pool} before another who came first")
            }
        }
    }
}

/// A verification under way.
#[derive(Debug)]
pub struct Verification {
    line: Line,
    epoch: Epoch,
    operations: u64,
    /// What was published, as far as the chain has not come to it: the chain there, and how many had arrived.
    checkpoints: BTreeMap<Sequence, (Digest, i64)>,
    published: u64,
    /// Everybody who must hold a seat, by pool and seat, once the journal is at its end.
    seated: Vec<tables::Seated>,
    findings: Vec<Finding>,
}

/// What a verification came to.
#[derive(Debug)]
pub struct Verified {
    /// How many operations were recomputed.
    pub operations: u64,
    /// The SHA-256 chain at the last of them.
    pub digest: Digest,
    /// How many places were given.
    pub arrivals: i64,
    /// How many pools there are.
    pub pools: u64,
    /// How many seats are held, over all pools.
    pub holders: u64,
    /// How many wait, over all pools.
    pub waiting: u64,
    /// How many published checkpoints the chain had to pass.
    pub checkpoints: u64,
    /// What is not as the journal says; at most 100.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Begins at the line's first operation.
    pub fn new(programme: &ProgrammeId) -> Self {
        Self {
            line: Line::new(programme),
            epoch: Epoch::FIRST,
            operations: 0,
            checkpoints: BTreeMap::new(),
            published: 0,
            seated: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// A published checkpoint: the chain must pass it, with so many arrived.
    pub fn expect(&mut self, seq: Sequence, digest: Digest, arrivals: i64) {
        self.published += 1;
        self.checkpoints.insert(seq, (digest, arrivals));
    }

    /// What a replica has folded itself: the journal must give the same, whatever was published.
    pub fn remember(&mut self, stood: Stood) {
        let folded = (stood.digest, stood.arrivals);
        let published = self.checkpoints.insert(stood.seq, folded);
        self.check(published.is_none_or(|published| published == folded), || Finding::Checkpoint(stood.seq));
    }

    /// The next row of the journal. After a hole nothing follows any more.
    pub fn follow(&mut self, written: &Written) {
        let (entry, next) = (&written.entry, self.line.seq().next());
        if entry.seq != next {
            return self.find(Finding::Missing(next));
        }
        self.check(self.line.link().links(entry), || Finding::Unlinked(entry.seq));
        let hash = body_hash(entry.kind, &entry.body);
        self.check(hash == entry.body_hash, || Finding::BodyChanged(entry.seq));
        self.check(written.epoch >= self.epoch, || Finding::EpochFell(entry.seq));
        let decision = self.line.fold(entry, |_, _| ());
        self.check(decision.outcome == written.outcome, || Finding::DecisionChanged(entry.seq));
        let promoted = promotions(&self.line, &decision.effects) == written.promotions;
        self.check(promoted, || Finding::PromotionChanged(entry.seq));
        let digest = self.line.digest();
        self.check(digest == written.digest, || Finding::DigestChanged(entry.seq));
        if let Some(published) = self.checkpoints.remove(&entry.seq) {
            let stands = (digest, self.line.arrivals());
            self.check(published == stands, || Finding::Checkpoint(entry.seq));
        }
        self.epoch = written.epoch;
        self.operations += 1;
    }

    /// Notes something that was found elsewhere.
    pub fn find(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn check(&mut self, holds: bool, finding: impl FnOnce() -> Finding) {
        if !holds {
            self.find(finding());
        }
    }

    /// The journal is at its end: the row of the line.
    pub fn row(&mut self, row: &Row, arrivals: i64) {
        let line = &self.line;
        let same = row.at.seq == line.seq()
            && row.link == line.link()
            && row.digest == line.digest()
            && row.open_round.as_ref() == line.open_round()
            && arrivals == line.arrivals();
        let next = line.seq().next();
        self.check(same && row.at.epoch >= self.epoch, || Finding::LineChanged);
        self.check(row.at.seq < next, || Finding::Missing(next));
        // Those that the chain has not come to were published, and the operations are gone.
        for seq in std::mem::take(&mut self.checkpoints).into_keys() {
            self.find(Finding::Checkpoint(seq));
        }
        self.seated = tables::seated(&self.line);
    }

    /// All rounds.
    pub fn rounds(&mut self, rounds: &[(RoundId, RoundState)]) {
        for (round, state) in rounds {
            self.check(self.line.round(round) == *state, || Finding::RoundChanged(round.clone()));
        }
        // One that was ever opened or closed does not go away.
        let missing = |known: &&RoundId| !rounds.iter().any(|(round, _)| round == *known);
        let missing: Vec<RoundId> = self.line.rounds().filter(missing).cloned().collect();
        for round in missing {
            self.find(Finding::RoundChanged(round));
        }
    }

    /// What came of it.
    pub fn end(self) -> Verified {
        let waiting = self.line.pools().iter().map(|pool| pool.waiting.len() as u64).sum();
        Verified {
            operations: self.operations,
            digest: self.line.digest(),
            arrivals: self.line.arrivals(),
            pools: self.line.pools().len() as u64,
            holders: self.seated.len() as u64,
            waiting,
            checkpoints: self.published,
            findings: self.findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Link, Operation};
    use super::*;

    /// The opening of a round, as the journal's first operation.
    fn opened(programme: &ProgrammeId) -> Written {
        let Operation { id, request } = Operation::opening(programme, &"spring".parse().unwrap());
        let (kind, body, seq) = (request.kind(), request.body(), Sequence::START.next());
        let body_hash = body_hash(kind, &body);
        let link = Link::start().follow(seq, kind, id.uuid(), &body_hash);
        let entry = Entry { seq, id, kind, body: body.into(), body_hash, link };
        let digest = Digest::start(programme).follow(&entry);
        Written { entry, epoch: Epoch::FIRST, digest, outcome: Outcome::Done, promotions: Vec::new() }
    }

    #[test]
    fn a_checkpoint_tells_the_chain_and_how_many_had_arrived() {
        let programme = "jinan-2021".parse().unwrap();
        let written = opened(&programme);
        let seq = written.entry.seq;
        let found = |digest, arrivals| {
            let mut verification = Verification::new(&programme);
            verification.expect(seq, digest, arrivals);
            verification.follow(&written);
            verification.end().findings
        };
        assert_eq!(found(written.digest, 0), []);
        assert_eq!(found(written.digest, 1), [Finding::Checkpoint(seq)]);
        assert_eq!(found(Digest::start(&programme), 0), [Finding::Checkpoint(seq)]);
    }
}
