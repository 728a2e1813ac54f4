//! Whether a line is what its journal says, and its journal one chain: what proves that nobody jumped the queue.

use std::collections::BTreeMap;

use vocabulary::{ApplicationId, PoolId, ProgrammeId, RoundId, WorkerId};

use super::{
    Digest, Entry, Epoch, Line, Outcome, PlaceState, PlacedIn, PoolIndex, RoundState, Row, Sequence, Stand,
    body_hash,
};

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
}

/// A row of the places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    /// The application.
    pub application: ApplicationId,
    /// The worker.
    pub person: WorkerId,
    /// Its arrival number.
    pub arrival: i64,
    /// The round it came in.
    pub round: RoundId,
    /// The operation that gave it.
    pub seq: Sequence,
    /// Whether it counts.
    pub state: PlaceState,
    /// How it stands; for one that waits the position is 0.
    pub standings: Vec<PlacedIn>,
}

/// A row of the pools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolRow {
    /// The pool.
    pub pool: PoolId,
    /// Its seats.
    pub capacity: usize,
    /// Seats taken.
    pub taken: usize,
    /// How many wait.
    pub waiting: usize,
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
    /// It was folded in an earlier epoch than the one before.
    EpochFell(Sequence),
    /// A published checkpoint is not on the chain, or not signed by a key that is believed.
    Checkpoint(Sequence),
    /// The row of the line is not what the journal gives.
    LineChanged,
    /// A round is not what the journal gives.
    RoundChanged(RoundId),
    /// A pool's figures are not what the journal gives.
    PoolChanged(PoolId),
    /// Who holds this seat, or the first one after it, is not what the journal gives.
    HolderChanged(PoolId, u32),
    /// Who waits in this pool is not what the journal gives.
    WaitingChanged(PoolId),
    /// The place of this arrival number, or of one barred before it arrived where it is 0, is not what the journal gives.
    PlaceChanged(i64),
    /// Somebody holds a seat of this pool though another, who entered its line before, waits.
    Jumped(PoolId),
}

/// A verification under way.
#[derive(Debug)]
pub struct Verification {
    line: Line,
    epoch: Epoch,
    operations: u64,
    checkpoints: BTreeMap<Sequence, Digest>,
    findings: Vec<Finding>,
}

impl Verification {
    /// Begins at the line's first operation; the chain must pass these checkpoints.
    pub fn new(programme: &ProgrammeId, checkpoints: BTreeMap<Sequence, Digest>) -> Self {
        let line = Line::new(programme);
        Self { line, epoch: Epoch::FIRST, operations: 0, checkpoints, findings: Vec::new() }
    }

    /// The next row of the journal. After a hole nothing follows any more.
    pub fn follow(&mut self, written: &Written) {
        let (entry, next) = (&written.entry, self.line.seq().next());
        if entry.seq != next {
            return self.find(Finding::Missing(next));
        }
        self.check(self.line.link().leads_to(entry), || Finding::Unlinked(entry.seq));
        let hash = body_hash(entry.kind, &entry.body);
        self.check(hash == entry.body_hash, || Finding::BodyChanged(entry.seq));
        self.check(written.epoch >= self.epoch, || Finding::EpochFell(entry.seq));
        let decision = self.line.fold(entry, |_, _| ());
        self.check(decision.outcome == written.outcome, || Finding::DecisionChanged(entry.seq));
        let digest = self.line.digest();
        self.check(digest == written.digest, || Finding::DigestChanged(entry.seq));
        if let Some(published) = self.checkpoints.remove(&entry.seq) {
            self.check(published == digest, || Finding::Checkpoint(entry.seq));
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
        self.check(same && row.at.epoch >= self.epoch, || Finding::LineChanged);
        // Those that the chain has not come to were published, and the operations are gone.
        for seq in std::mem::take(&mut self.checkpoints).into_keys() {
            self.find(Finding::Checkpoint(seq));
        }
    }

    /// All rounds.
    pub fn rounds(&mut self, rounds: &[(RoundId, RoundState)]) {
        for (round, state) in rounds {
            self.check(self.line.round(round) == *state, || Finding::RoundChanged(round.clone()));
        }
    }

    /// All pools, in the order in which they were added.
    pub fn pools(&mut self, rows: &[PoolRow]) {
        let expected: Vec<PoolRow> = self
            .line
            .pools()
            .iter()
            .map(|pool| PoolRow {
                pool: pool.id.clone(),
                capacity: pool.capacity(),
                taken: pool.taken,
                waiting: pool.waiting.len(),
            })
            .collect();
        let differs = expected.iter().zip(rows).find(|(expected, row)| expected != row);
        if let Some((pool, _)) = differs {
            self.find(Finding::PoolChanged(pool.pool.clone()));
        }
        let longer = expected.get(rows.len()).or_else(|| rows.get(expected.len()));
        if let Some(pool) = longer {
            self.find(Finding::PoolChanged(pool.pool.clone()));
        }
    }

    /// All holders, by the number of their pool and of their seat.
    pub fn holders(&mut self, rows: &[(PoolId, u32, ApplicationId)]) {
        let expected = self.expected_holders();
        let pairs = expected.iter().map(Some).chain(std::iter::repeat(None));
        let pairs = pairs.zip(rows.iter().map(Some).chain(std::iter::repeat(None)));
        let differs = pairs.take(expected.len().max(rows.len())).find(|(expected, row)| expected != row);
        if let Some((expected, row)) = differs
            && let Some((pool, seat, _)) = expected.or(row)
        {
            self.find(Finding::HolderChanged(pool.clone(), *seat));
        }
    }

    fn expected_holders(&self) -> Vec<(PoolId, u32, ApplicationId)> {
        let mut seated: Vec<(PoolIndex, u32, ApplicationId)> = Vec::new();
        for place in self.line.places() {
            let seats =
                place.standings.iter().filter_map(|standing| Some((standing.pool, standing.stand.seat()?)));
            seated.extend(seats.map(|(pool, seat)| (pool, seat, place.application)));
        }
        seated.sort_unstable();
        seated.into_iter().map(|(pool, seat, who)| (self.line.pool(pool).id.clone(), seat, who)).collect()
    }

    /// Everybody who waits in the pool of this number, first to last.
    pub fn waiting(&mut self, number: usize, rows: &[(Sequence, ApplicationId)]) {
        let Some(pool) = self.line.pools().get(number) else { return };
        let expected =
            pool.waiting.iter().map(|(entered, place)| (entered, self.line.place(place).application));
        let same = expected.eq(rows.iter().copied());
        let id = pool.id.clone();
        self.check(same, || Finding::WaitingChanged(id));
    }

    /// The next places, by their arrival numbers.
    pub fn places(&mut self, first: usize, rows: &[PlaceRow]) {
        for (row, place) in
            rows.iter().zip(self.line.places().iter().skip(first).map(Some).chain(std::iter::repeat(None)))
        {
            let same = place.is_some_and(|place| {
                let standing = |standing: &super::Standing| {
                    let id = self.line.pool(standing.pool).id.clone();
                    match standing.stand {
                        Stand::Seated(seat) => PlacedIn::Seat(id, seat),
                        Stand::Waiting => PlacedIn::Waiting(id, 0),
                        Stand::Left => PlacedIn::Left(id),
                    }
                };
                (row.application, row.person, row.seq, row.state)
                    == (place.application, place.person, place.seq, place.state)
                    && row.round == *self.line.round_of(place)
                    && row.standings.iter().cloned().eq(place.standings.iter().map(standing))
            });
            if !same {
                return self.find(Finding::PlaceChanged(row.arrival));
            }
        }
    }

    /// How many places there are, and who was barred before arriving.
    pub fn all_places(&mut self, arrived: usize, barred: &[ApplicationId]) {
        let mut expected: Vec<ApplicationId> = self.line.barred().collect();
        expected.sort_unstable();
        let same = arrived == self.line.places().len() && expected == barred;
        let next = self.line.arrivals();
        self.check(same, || Finding::PlaceChanged(if expected == barred { next } else { 0 }));
    }

    /// Each pool's seats are held by the first in its line: of those whom the law has seated, whatever it was that seated them.
    pub fn nobody_jumped(&mut self) {
        let mut last_seated: BTreeMap<PoolIndex, Sequence> = BTreeMap::new();
        for place in self.line.places() {
            for standing in place.standings.iter().filter(|standing| standing.stand.seat().is_some()) {
                let entered =
                    self.line.entered(place, self.line.pool(standing.pool).union).unwrap_or(place.seq);
                let last = last_seated.entry(standing.pool).or_insert(entered);
                *last = entered.max(*last);
            }
        }
        for (pool, last) in last_seated {
            let pool = self.line.pool(pool);
            if pool.waiting.first().is_some_and(|(first, _)| first < last) {
                let id = pool.id.clone();
                self.find(Finding::Jumped(id));
            }
        }
    }

    /// What came of it: the line as the journal gives it, how many operations there are, and what was found.
    pub fn end(self) -> (Line, u64, Vec<Finding>) {
        (self.line, self.operations, self.findings)
    }
}
