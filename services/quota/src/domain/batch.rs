//! A stretch of the log, folded: what was decided, and which rows it touched.

use std::collections::BTreeMap;

use vocabulary::{ApplicationId, RoundId};

use super::{Digest, Effect, Entry, Line, Outcome, PoolIndex, Promotion};

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

/// Folded operations and the names of all that they touched; the rows themselves are read off the line afterwards.
#[derive(Debug, Default)]
pub struct Batch {
    /// The operations, in order.
    pub operations: Vec<Folded>,
    /// Places that are new or have another state.
    pub places: Vec<ApplicationId>,
    /// Standings that are new or have changed.
    pub standings: Vec<(ApplicationId, PoolIndex)>,
    /// Pools whose figures changed.
    pub pools: Vec<PoolIndex>,
    /// Rounds that opened or closed.
    pub rounds: Vec<RoundId>,
    /// Seats that came (true) or went.
    pub seats: BTreeMap<(PoolIndex, u32), bool>,
}

impl Batch {
    /// Folds entries, which follow the line's last operation, into it.
    pub fn fold(line: &mut Line, entries: Vec<Entry>) -> Self {
        let mut batch = Self { operations: Vec::with_capacity(entries.len()), ..Self::default() };
        for entry in entries {
            let decision = line.fold(&entry);
            let promotions = promotions(line, &decision.effects);
            for effect in decision.effects {
                batch.touch(line, effect);
            }
            let digest = line.digest();
            batch.operations.push(Folded { entry, digest, outcome: decision.outcome, promotions });
        }
        batch.dedup();
        batch
    }

    fn touch(&mut self, line: &Line, effect: Effect) {
        match effect {
            Effect::Opened(_) => self.rounds.extend(line.rounds().cloned()),
            Effect::Closed(round) => self.rounds.push(round),
            Effect::Arrived(reservation) => self.places.push(reservation.application),
            Effect::Barred(application) | Effect::Confirmed(application) => self.places.push(application),
            Effect::Released(application, _) => self.touch_all(line, application),
            Effect::Stood { application, pool, .. } | Effect::Promoted { application, pool, .. } => {
                self.standings.push((application, pool));
                self.pools.push(pool);
            }
            Effect::PoolAdded(id, _) => self.pools.extend(line.pool_named(&id)),
            Effect::SeatsAdded(pool, numbers) => self.touch_seats(pool, numbers, true),
            Effect::SeatsRemoved(pool, numbers) => self.touch_seats(pool, numbers, false),
            Effect::Ended => {}
        }
    }

    fn touch_all(&mut self, line: &Line, application: ApplicationId) {
        self.places.push(application);
        for standing in line.place(application).into_iter().flat_map(|place| &place.standings) {
            self.standings.push((application, standing.pool));
            self.pools.push(standing.pool);
        }
    }

    fn touch_seats(&mut self, pool: PoolIndex, numbers: Vec<u32>, there: bool) {
        self.pools.push(pool);
        for number in numbers {
            // What came and went within the batch was never a row, and what went and came still is one.
            if self.seats.insert((pool, number), there) == Some(!there) {
                self.seats.remove(&(pool, number));
            }
        }
    }

    fn dedup(&mut self) {
        self.places.sort_unstable();
        self.places.dedup();
        self.standings.sort_unstable();
        self.standings.dedup();
        self.pools.sort_unstable();
        self.pools.dedup();
        self.rounds.sort_unstable();
        self.rounds.dedup();
    }
}

fn promotions(line: &Line, effects: &[Effect]) -> Vec<Promotion> {
    let promoted = effects.iter().filter_map(|effect| match effect {
        Effect::Promoted { application, pool, seat } => {
            Some(Promotion { application: *application, pool: line.pool(*pool).id.clone(), seat: *seat })
        }
        _ => None,
    });
    promoted.collect()
}
