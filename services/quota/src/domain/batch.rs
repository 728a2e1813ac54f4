//! A stretch of the log, folded: what was decided, and what it changed.

use std::collections::{BTreeMap, BTreeSet};

use vocabulary::{ApplicationId, RoundId};

use super::{
    Digest, Effect, Entry, Line, Outcome, PlaceIndex, PoolIndex, Promotion, Sequence, Stand, Standing,
};

/// One operation with its decision.
#[derive(Debug, Clone)]
pub struct Folded {
    /// The operation.
    pub entry: Entry,
    /// The SHA-256 chain at it.
    pub digest: Digest,
    /// The answer.
    pub outcome: Outcome,
    /// Who moved up by it.
    pub promotions: Vec<Promotion>,
}

/// Folded operations and which rows they change. What a row then holds is read off the line afterwards.
#[derive(Debug, Default)]
pub struct Batch {
    /// The operations, in order.
    pub operations: Vec<Folded>,
    /// Places that are new: all that arrived from this one on.
    pub arrived: Option<PlaceIndex>,
    /// Places that were there before and changed.
    pub changed: BTreeSet<PlaceIndex>,
    /// Applications that were released before they arrived.
    pub barred: Vec<ApplicationId>,
    /// Who holds which seat.
    pub holders: Rows<(PoolIndex, u32), PlaceIndex>,
    /// Who waits where, by when they entered.
    pub waiting: Rows<(PoolIndex, Sequence), PlaceIndex>,
    /// Pools whose figures changed.
    pub pools: BTreeSet<PoolIndex>,
    /// Rounds that opened or closed.
    pub rounds: BTreeSet<RoundId>,
}

/// Rows that a batch takes out of a table, and those that it then puts in.
#[derive(Debug, Clone)]
pub struct Rows<K, V> {
    /// Rows that were there before.
    pub gone: BTreeSet<K>,
    /// Rows that are new.
    pub new: BTreeMap<K, V>,
}

impl<K, V> Default for Rows<K, V> {
    fn default() -> Self {
        Self { gone: BTreeSet::new(), new: BTreeMap::new() }
    }
}

impl<K: Ord, V> Rows<K, V> {
    fn put(&mut self, key: K, value: V) {
        self.new.insert(key, value);
    }

    /// What came and went within the batch was never a row.
    fn take(&mut self, key: K) {
        if self.new.remove(&key).is_none() {
            self.gone.insert(key);
        }
    }
}

impl Batch {
    /// Folds entries, which follow the line's last operation, into it.
    pub fn fold(line: &mut Line, entries: Vec<Entry>) -> Self {
        let mut batch = Self { operations: Vec::with_capacity(entries.len()), ..Self::default() };
        for entry in entries {
            batch.fold_one(line, entry);
        }
        batch
    }

    fn fold_one(&mut self, line: &mut Line, entry: Entry) {
        let decision = line.fold(&entry, |line, effect| self.touch(line, effect));
        let promotions = promotions(line, &decision.effects);
        let digest = line.digest();
        self.operations.push(Folded { entry, digest, outcome: decision.outcome, promotions });
    }

    /// Notes which rows an effect changes, of a line that it was not applied to yet.
    fn touch(&mut self, line: &Line, effect: &Effect) {
        match effect {
            Effect::Opened(round) => {
                self.rounds.extend(line.open_round().into_iter().chain([round]).cloned());
            }
            Effect::Closed(round) => drop(self.rounds.insert(round.clone())),
            Effect::Arrived(_, standings) => self.arrive(line, standings),
            Effect::Barred(application) => self.barred.push(*application),
            Effect::Stood { place, standing, entered } => {
                self.change(*place);
                self.put(*place, *standing, *entered);
            }
            Effect::Left(place, pool) => {
                self.change(*place);
                self.take(line, *place, |standing| standing.pool == *pool);
            }
            Effect::Released(place, _) => {
                self.change(*place);
                self.take(line, *place, |_| true);
            }
            Effect::Promoted { place, pool, seat } => {
                self.change(*place);
                self.take(line, *place, |standing| standing.pool == *pool);
                self.holders.put((*pool, *seat), *place);
            }
            Effect::Moved(place, _) | Effect::Confirmed(place) => self.change(*place),
            Effect::PoolAdded(..) => drop(self.pools.insert(PoolIndex::of(line.pools().len()))),
            Effect::SeatsAdded(pool, _) | Effect::SeatsRemoved(pool, _) => drop(self.pools.insert(*pool)),
            Effect::Ended => {}
        }
    }

    fn arrive(&mut self, line: &Line, standings: &[Standing]) {
        let place = line.next_place();
        self.arrived.get_or_insert(place);
        for standing in standings {
            self.put(place, *standing, line.seq().next());
        }
    }

    fn change(&mut self, place: PlaceIndex) {
        if self.arrived.is_none_or(|arrived| place < arrived) {
            self.changed.insert(place);
        }
    }

    fn put(&mut self, place: PlaceIndex, standing: Standing, entered: Sequence) {
        self.pools.insert(standing.pool);
        match standing.stand {
            Stand::Seated(seat) => self.holders.put((standing.pool, seat), place),
            Stand::Waiting => self.waiting.put((standing.pool, entered), place),
            Stand::Left => {}
        }
    }

    fn take(&mut self, line: &Line, place: PlaceIndex, which: impl Fn(&Standing) -> bool) {
        for standing in line.place(place).standings.iter().filter(|standing| which(standing)) {
            self.pools.insert(standing.pool);
            match standing.stand {
                Stand::Seated(seat) => self.holders.take((standing.pool, seat)),
                Stand::Waiting => {
                    self.waiting.take((standing.pool, line.entered_pool(place, standing.pool)));
                }
                Stand::Left => {}
            }
        }
    }
}

/// Who got a seat by these effects that nobody who asked is told of: whoever moved up, and whom a pool that was added has seated. Who
/// moves sees the own new seats in the answer.
pub(super) fn promotions(line: &Line, effects: &[Effect]) -> Vec<Promotion> {
    let adds_a_pool = effects.iter().any(|effect| matches!(effect, Effect::PoolAdded(..)));
    let promoted = effects.iter().filter_map(|effect| {
        let (place, pool, seat) = match effect {
            Effect::Promoted { place, pool, seat } => (*place, *pool, *seat),
            Effect::Stood { place, standing, .. } if adds_a_pool => {
                (*place, standing.pool, standing.stand.seat()?)
            }
            _ => return None,
        };
        let (application, pool) = (line.place(place).application, line.pool(pool).id.clone());
        Some(Promotion { application, pool, seat })
    });
    promoted.collect()
}
