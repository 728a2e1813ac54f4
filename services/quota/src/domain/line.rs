//! The state of a line: a fold over its operations, and nothing else.

use std::collections::{BTreeMap, HashMap};

use vocabulary::{ApplicationId, PoolId, ProgrammeId, RoundId, UnionId, WorkerId};

use super::{
    Decision, Digest, Effect, Entry, Link, Place, PlaceState, PlacedIn, Pool, PoolIndex, Reservation,
    RoundState, Sequence, Stand, Standing, Taken, decide,
};

/// A line after its operation number `seq`.
#[derive(Debug, Clone)]
pub struct Line {
    seq: Sequence,
    link: Link,
    digest: Digest,
    arrivals: i64,
    ended: bool,
    rounds: BTreeMap<RoundId, RoundState>,
    pools: Vec<Pool>,
    by_union: HashMap<UnionId, Vec<PoolIndex>>,
    places: HashMap<ApplicationId, Place>,
    live: HashMap<WorkerId, ApplicationId>,
}

impl Line {
    /// The line of a programme before its first operation.
    pub fn new(programme: &ProgrammeId) -> Self {
        Self {
            seq: Sequence::START,
            link: Link::start(),
            digest: Digest::start(programme),
            arrivals: 0,
            ended: false,
            rounds: BTreeMap::new(),
            pools: Vec::new(),
            by_union: HashMap::new(),
            places: HashMap::new(),
            live: HashMap::new(),
        }
    }

    /// Decides the next operation and moves on to it.
    pub fn fold(&mut self, entry: &Entry) -> Decision {
        debug_assert_eq!(entry.seq, self.seq.next(), "a fold skips nothing");
        let decision = decide(self, entry.seq, entry.request().as_ref());
        for effect in &decision.effects {
            self.apply(entry.seq, effect);
        }
        self.seq = entry.seq;
        self.link = entry.link.clone();
        self.digest = self.digest.follow(entry);
        decision
    }

    fn apply(&mut self, seq: Sequence, effect: &Effect) {
        match effect {
            Effect::Opened(round) => self.open(round),
            Effect::Closed(round) => self.set_round(round, RoundState::Closed),
            Effect::Arrived(reservation) => self.arrive(seq, reservation),
            Effect::Barred(application) => self.bar(*application),
            Effect::Stood { application, pool, entered, seat } => {
                self.stand(*application, *pool, *entered, *seat);
            }
            Effect::Released(application, _) => self.release(*application),
            Effect::Confirmed(application) => self.confirm(*application),
            Effect::Promoted { application, pool, seat } => self.promote(*application, *pool, *seat),
            Effect::PoolAdded(id, union) => self.add_pool(id, *union),
            Effect::SeatsAdded(pool, numbers) => self.pools[pool.0].seats.add(numbers),
            Effect::SeatsRemoved(pool, numbers) => self.pools[pool.0].seats.remove(numbers),
            Effect::Ended => self.ended = true,
        }
    }

    /// One round at a time: opening one closes any other, as the one field for it in Redis does.
    fn open(&mut self, round: &RoundId) {
        for state in self.rounds.values_mut().filter(|state| **state == RoundState::Open) {
            *state = RoundState::Closed;
        }
        self.set_round(round, RoundState::Open);
    }

    fn set_round(&mut self, round: &RoundId, state: RoundState) {
        self.rounds.insert(round.clone(), state);
    }

    fn arrive(&mut self, seq: Sequence, reservation: &Reservation) {
        self.arrivals += 1;
        let taken = Taken {
            arrival: self.arrivals,
            person: reservation.person,
            round: reservation.round.clone(),
            seq,
            unions: reservation.unions.clone(),
        };
        let place = Place { taken: Some(taken), state: PlaceState::Live, standings: Vec::new() };
        self.places.insert(reservation.application, place);
        self.live.insert(reservation.person, reservation.application);
    }

    fn bar(&mut self, application: ApplicationId) {
        let place = Place { taken: None, state: PlaceState::Released, standings: Vec::new() };
        self.places.insert(application, place);
    }

    fn stand(&mut self, application: ApplicationId, pool: PoolIndex, entered: Sequence, seat: Option<u32>) {
        let at = &mut self.pools[pool.0];
        let stand = if let Some(number) = seat {
            at.seats.take(number);
            at.taken += 1;
            Stand::Seated(number)
        } else {
            at.waiting.insert(entered, application);
            Stand::Waiting
        };
        if let Some(place) = self.places.get_mut(&application) {
            place.standings.push(Standing { pool, entered, stand });
        }
    }

    fn release(&mut self, application: ApplicationId) {
        let Some(place) = self.places.get_mut(&application) else { return };
        place.state = PlaceState::Released;
        for standing in &mut place.standings {
            let pool = &mut self.pools[standing.pool.0];
            match standing.stand {
                Stand::Seated(number) => {
                    pool.seats.give_back(number);
                    pool.taken -= 1;
                }
                Stand::Waiting => drop(pool.waiting.remove(&standing.entered)),
                Stand::Left => {}
            }
            standing.stand = Stand::Left;
        }
        if let Some(taken) = &place.taken {
            self.live.remove(&taken.person);
        }
    }

    fn confirm(&mut self, application: ApplicationId) {
        if let Some(place) = self.places.get_mut(&application) {
            place.state = PlaceState::Confirmed;
        }
    }

    fn promote(&mut self, application: ApplicationId, pool: PoolIndex, seat: u32) {
        let at = &mut self.pools[pool.0];
        let places = self.places.get_mut(&application);
        let standing = places.and_then(|place| place.standings.iter_mut().find(|one| one.pool == pool));
        if let Some(standing) = standing {
            at.waiting.remove(&standing.entered);
            at.seats.take(seat);
            at.taken += 1;
            standing.stand = Stand::Seated(seat);
        }
    }

    fn add_pool(&mut self, id: &PoolId, union: UnionId) {
        self.by_union.entry(union).or_default().push(PoolIndex(self.pools.len()));
        self.pools.push(Pool::new(id.clone(), union));
    }
}

/// What the line looks like now.
impl Line {
    /// The last operation.
    pub fn seq(&self) -> Sequence {
        self.seq
    }

    /// Redis' chain at the last operation.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The SHA-256 chain at the last operation.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The last arrival number given.
    pub fn arrivals(&self) -> i64 {
        self.arrivals
    }

    /// Whether the programme is closed.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether a round takes applications.
    pub fn round(&self, round: &RoundId) -> RoundState {
        self.rounds.get(round).copied().unwrap_or(RoundState::New)
    }

    /// Every round that was ever opened or closed.
    pub fn rounds(&self) -> impl Iterator<Item = &RoundId> {
        self.rounds.keys()
    }

    /// The round that takes applications. An ended line has none, as Redis sees it.
    pub fn open_round(&self) -> Option<&RoundId> {
        let open = self.rounds.iter().find(|(_, state)| **state == RoundState::Open);
        open.map(|(round, _)| round).filter(|_| !self.ended)
    }

    /// All pools, in the order in which they were added.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// One pool.
    pub fn pool(&self, index: PoolIndex) -> &Pool {
        &self.pools[index.0]
    }

    /// The pool of a name.
    pub fn pool_named(&self, id: &PoolId) -> Option<PoolIndex> {
        self.pools.iter().position(|pool| pool.id == *id).map(PoolIndex)
    }

    /// The pools whose scope holds a chain of unions, widest first.
    pub fn pools_over(&self, unions: &[UnionId]) -> Vec<PoolIndex> {
        let mut pools = Vec::with_capacity(unions.len());
        for index in unions.iter().rev().filter_map(|union| self.by_union.get(union)).flatten() {
            if !pools.contains(index) {
                pools.push(*index);
            }
        }
        pools
    }

    /// Everybody in line who stands under a union, by when they entered its line.
    pub fn standing_under(&self, union: UnionId) -> Vec<(Sequence, ApplicationId)> {
        let in_line = self.live.values().filter_map(|application| {
            let taken = self.places.get(application)?.taken.as_ref()?;
            taken.unions.contains(&union).then_some((taken.seq, *application))
        });
        let mut entered: Vec<_> = in_line.collect();
        entered.sort_unstable_by_key(|(seq, _)| *seq);
        entered
    }

    /// An application's place.
    pub fn place(&self, application: ApplicationId) -> Option<&Place> {
        self.places.get(&application)
    }

    /// Whether a person has a live place.
    pub fn is_in_line(&self, person: WorkerId) -> bool {
        self.live.contains_key(&person)
    }

    /// A standing as it is answered.
    pub fn placed_in(&self, standing: &Standing) -> PlacedIn {
        let pool = self.pool(standing.pool);
        let id = pool.id.clone();
        match standing.stand {
            Stand::Seated(number) => PlacedIn::Seat(id, number),
            Stand::Waiting => PlacedIn::Waiting(id, count(pool.position(standing.entered))),
            Stand::Left => PlacedIn::Left(id),
        }
    }
}

/// Counts of people and seats; more than four thousand million of either would not fit the city.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
