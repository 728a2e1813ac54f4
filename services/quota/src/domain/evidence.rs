//! What somebody outside can find out with what is public: a receipt, the published checkpoints, and the chain without its
//! bodies. It says nothing about seats, only about who came when.

use std::cmp::Ordering;
use std::fmt;

use vocabulary::{OperationId, ProgrammeId};

use super::{CheckpointText, Digest, Kind, ReceiptText, Sequence};

/// What the chain holds of an operation: nothing about people.
#[derive(Debug, Clone)]
pub struct ChainLink {
    /// Its place.
    pub seq: Sequence,
    /// What was asked.
    pub kind: Kind,
    /// The sender's id.
    pub id: OperationId,
    /// SHA-256 of kind and body.
    pub body_hash: [u8; 32],
    /// The chain there.
    pub digest: Digest,
}

/// Why a receipt is not proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It is of another programme than checkpoints or chain.
    OtherProgramme(ProgrammeId),
    /// The chain does not begin where the line begins, nor at a signed checkpoint.
    BeginsNowhere,
    /// An operation does not follow from the one before.
    Broken(Sequence),
    /// A checkpoint says another value of the chain.
    OffCheckpoint(Sequence),
    /// The receipt says another value of the chain, or the operation does not ask for a place.
    OffChain,
    /// Its arrival number is not between those of the checkpoints around it.
    OutOfTurn(Sequence),
    /// The chain does not come to the receipt.
    NotReached,
    /// No signed checkpoint of its own operation or of a later one is on the chain.
    NotLinked,
}

impl fmt::Display for Doubt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherProgramme(other) => write!(out, "the chain is of programme {other}"),
            Self::BeginsNowhere => {
                write!(out, "the chain begins neither with the line nor at a signed checkpoint")
            }
            Self::Broken(seq) => write!(out, "the chain is broken at operation {seq}"),
            Self::OffCheckpoint(seq) => {
                write!(out, "the checkpoint at operation {seq} is not on the same chain")
            }
            Self::OffChain => {
                write!(out, "the receipt is not on the chain, or its operation asks for no place")
            }
            Self::OutOfTurn(seq) => write!(out, "its number contradicts the checkpoint at operation {seq}"),
            Self::NotReached => write!(out, "the chain does not come to the receipt's operation"),
            Self::NotLinked => {
                write!(out, "no signed checkpoint from the receipt's operation on is on the chain")
            }
        }
    }
}

/// A look at a receipt. The signatures were checked before.
#[derive(Debug)]
pub struct Inspection {
    receipt: ReceiptText,
    /// In order.
    checkpoints: Vec<CheckpointText>,
    at: Option<(Sequence, Digest)>,
    links: u64,
    reached: bool,
    /// The first checkpoint at or after the receipt that the chain has passed.
    linked: Option<Sequence>,
    doubts: Vec<Doubt>,
}

/// What a look at a receipt came to.
#[derive(Debug)]
pub struct Inspected {
    /// How many operations of the chain were recomputed.
    pub links: u64,
    /// The checkpoint that the receipt is linked to.
    pub linked: Option<Sequence>,
    /// Why it is not proven; none where it is.
    pub doubts: Vec<Doubt>,
}

/// More doubts than this tell nothing more.
const MAX_DOUBTS: usize = 20;

impl Inspection {
    /// Looks at a receipt beside checkpoints, in order.
    pub fn new(receipt: ReceiptText, checkpoints: Vec<CheckpointText>) -> Self {
        let mut looked = Self {
            receipt,
            checkpoints,
            at: None,
            links: 0,
            reached: false,
            linked: None,
            doubts: Vec::new(),
        };
        looked.compare_checkpoints();
        looked.compare_arrivals();
        looked
    }

    /// Two checkpoints of one operation that differ are signed of two pasts.
    fn compare_checkpoints(&mut self) {
        let says = |one: &CheckpointText| (one.digest, one.arrivals);
        let pairs = self.checkpoints.windows(2).filter(|pair| pair[0].seq == pair[1].seq);
        let differ = pairs.filter(|pair| says(&pair[0]) != says(&pair[1])).map(|pair| pair[0].seq);
        for seq in differ.collect::<Vec<_>>() {
            self.check(false, Doubt::OffCheckpoint(seq));
        }
    }

    /// The number lies between those of the checkpoints before and after.
    fn compare_arrivals(&mut self) {
        let ReceiptText { seq, arrival, digest, .. } = self.receipt;
        for one in self.checkpoints.clone() {
            let in_turn = match one.seq.cmp(&seq) {
                Ordering::Less => one.arrivals < arrival,
                Ordering::Equal => one.arrivals == arrival,
                Ordering::Greater => one.arrivals >= arrival,
            };
            self.check(in_turn, Doubt::OutOfTurn(one.seq));
            if one.seq == seq {
                let same = one.digest == digest;
                self.check(same, Doubt::OffCheckpoint(seq));
                self.linked = self.linked.or(same.then_some(seq));
                self.reached |= same;
            }
        }
    }

    /// The chain begins after an operation: at the line's own beginning, or at a checkpoint.
    pub fn begin(&mut self, programme: &ProgrammeId, after: Sequence, digest: Digest) {
        self.check(*programme == self.receipt.programme, Doubt::OtherProgramme(programme.clone()));
        let first = after == Sequence::START && digest == Digest::start(programme);
        let known = self.checkpoints.iter().any(|one| (one.seq, one.digest) == (after, digest));
        self.check(first || known, Doubt::BeginsNowhere);
        self.at = Some((after, digest));
    }

    /// The next operation of the chain.
    pub fn follow(&mut self, link: &ChainLink) {
        let Some((seq, digest)) = self.at else { return };
        let computed = digest.follow_links(link.seq, link.kind, link.id, &link.body_hash);
        self.check(link.seq == seq.next() && computed == link.digest, Doubt::Broken(link.seq));
        if link.seq == self.receipt.seq {
            let same = computed == self.receipt.digest && link.kind == Kind::Reserve;
            self.check(same, Doubt::OffChain);
            self.reached |= same;
        }
        if let Ok(index) = self.checkpoints.binary_search_by_key(&link.seq, |one| one.seq) {
            let same = self.checkpoints[index].digest == computed;
            self.check(same, Doubt::OffCheckpoint(link.seq));
            if same && link.seq >= self.receipt.seq {
                self.linked = self.linked.or(Some(link.seq));
            }
        }
        self.links += 1;
        self.at = Some((link.seq, computed));
    }

    /// There is no more to see.
    pub fn end(mut self) -> Inspected {
        self.check(self.reached, Doubt::NotReached);
        self.check(self.linked.is_some(), Doubt::NotLinked);
        Inspected { links: self.links, linked: self.linked, doubts: self.doubts }
    }

    fn check(&mut self, holds: bool, doubt: Doubt) {
        if !holds && self.doubts.len() < MAX_DOUBTS && !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use vocabulary::ApplicationId;

    use super::*;

    /// A chain of four places.
    fn chain(programme: &ProgrammeId) -> Vec<ChainLink> {
        let mut digest = Digest::start(programme);
        let link = |seq: i64| {
            let (seq, kind, id, body_hash) = (seq.into(), Kind::Reserve, OperationId::new(), [7; 32]);
            digest = digest.follow_links(seq, kind, id, &body_hash);
            ChainLink { seq, kind, id, body_hash, digest }
        };
        (1..=4).map(link).collect()
    }

    fn receipt(programme: &ProgrammeId, link: &ChainLink) -> ReceiptText {
        let (application, arrival) = (ApplicationId::new(), link.seq.get());
        ReceiptText { programme: programme.clone(), application, arrival, seq: link.seq, digest: link.digest }
    }

    fn checkpoint(programme: &ProgrammeId, link: &ChainLink, arrivals: i64) -> CheckpointText {
        let made_at = DateTime::UNIX_EPOCH;
        CheckpointText { programme: programme.clone(), seq: link.seq, digest: link.digest, arrivals, made_at }
    }

    /// What is doubted of the second place, with these checkpoints and the chain from an operation on.
    fn doubts(checkpoints: &[(usize, i64)], from: usize) -> Vec<Doubt> {
        let programme = "jinan-2021".parse().unwrap();
        let chain = chain(&programme);
        let checkpoints =
            checkpoints.iter().map(|(at, arrivals)| checkpoint(&programme, &chain[*at - 1], *arrivals));
        let mut inspection = Inspection::new(receipt(&programme, &chain[1]), checkpoints.collect());
        let begin = if from == 0 { Digest::start(&programme) } else { chain[from - 1].digest };
        inspection.begin(&programme, i64::try_from(from).unwrap().into(), begin);
        chain[from..].iter().for_each(|link| inspection.follow(link));
        inspection.end().doubts
    }

    #[test]
    fn a_receipt_is_linked_from_the_beginning_or_from_a_checkpoint() {
        assert_eq!(doubts(&[(4, 4)], 0), []);
        assert_eq!(doubts(&[(1, 1), (4, 4)], 1), []);
        assert_eq!(doubts(&[(2, 2)], 2), [], "the checkpoint is of the receipt's own operation");
        assert_eq!(doubts(&[(4, 4)], 1), [Doubt::BeginsNowhere]);
        assert_eq!(doubts(&[(1, 1)], 0), [Doubt::NotLinked]);
        assert_eq!(doubts(&[(3, 3), (4, 4)], 3), [Doubt::NotReached]);
    }

    #[test]
    fn a_number_lies_between_those_of_the_checkpoints_around_it() {
        assert_eq!(doubts(&[(1, 2), (4, 4)], 0), [Doubt::OutOfTurn(1.into())]);
        assert_eq!(doubts(&[(1, 1), (4, 1)], 0), [Doubt::OutOfTurn(4.into())]);
        assert_eq!(doubts(&[(2, 3), (4, 4)], 0), [Doubt::OutOfTurn(2.into())], "its own operation");
        assert_eq!(doubts(&[(4, 4), (4, 3)], 0), [Doubt::OffCheckpoint(4.into())], "two pasts are signed");
    }
}
