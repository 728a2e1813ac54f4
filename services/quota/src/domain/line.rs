//! The state of a line: a fold over its operations, and nothing else.

mod view;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use vocabulary::{ApplicationId, PoolId, ProgrammeId, RoundId, UnionId};

use super::index::Index;
use super::mutant::{Mutant, planted};
use super::place::{ChainIndex, RoundIndex};
use super::{
    Decision, Digest, Effect, Entry, Link, Place, PlaceIndex, PlaceState, Pool, PoolIndex, Reservation,
    RoundState, Sequence, Stand, Standing, decide,
};

/// A point that a line can be taken back to, if people only arrived since.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    seq: Sequence,
    link: Link,
    digest: Digest,
    places: usize,
}

/// A line after its operation number `seq`.
#[derive(Debug, Clone)]
pub struct Line {
    seq: Sequence,
    link: Link,
    digest: Digest,
    ended: bool,
    /// Every round that was ever opened or closed.
    rounds: Vec<(RoundId, RoundState)>,
    pools: Vec<Pool>,
    by_union: HashMap<UnionId, Vec<PoolIndex>>,
    /// The chains of unions that places stand under: as many as there are unit unions, each once.
    chains: Vec<Box<[UnionId]>>,
    chain_numbers: HashMap<Box<[UnionId]>, ChainIndex>,
    /// In the order of arrival.
    places: Vec<Place>,
    by_application: Index,
    /// Those in line, by person.
    live: Index,
    /// Applications that were released before they arrived.
    barred: HashSet<ApplicationId>,
}

impl Line {
    /// The line of a programme before its first operation.
    pub fn new(programme: &ProgrammeId) -> Self {
        Self {
            seq: Sequence::START,
            link: Link::start(),
            digest: Digest::start(programme),
            ended: false,
            rounds: Vec::new(),
            pools: Vec::new(),
            by_union: HashMap::new(),
            chains: Vec::new(),
            chain_numbers: HashMap::new(),
            places: Vec::new(),
            by_application: Index::default(),
            live: Index::default(),
            barred: HashSet::new(),
        }
    }

    /// Decides the next operation and moves on to it. Whoever watches sees each effect just before the line has it.
    pub fn fold(&mut self, entry: &Entry, mut watch: impl FnMut(&Self, &Effect)) -> Decision {
        let next = entry.seq == self.seq.next() || planted(Mutant::FoldsPastAHole);
        debug_assert!(next, "a fold skips nothing");
        let decision = decide(self, entry.seq, entry.request().as_ref());
        for effect in &decision.effects {
            watch(self, effect);
            self.apply(entry.seq, effect);
        }
        self.seq = entry.seq;
        self.link = entry.link;
        self.digest = self.digest.follow(entry);
        decision
    }

    fn apply(&mut self, seq: Sequence, effect: &Effect) {
        match effect {
            Effect::Opened(round) => self.open(round),
            Effect::Closed(round) => self.set_round(round, RoundState::Closed),
            Effect::Arrived(reservation, standings) => self.arrive(seq, reservation, standings),
            Effect::Barred(application) => drop(self.barred.insert(*application)),
            Effect::Moved(place, unions) => self.move_to(seq, *place, unions),
            Effect::Stood { place, standing, entered } => self.stand(*place, *standing, *entered),
            Effect::Left(place, pool) => self.leave(*place, *pool),
            Effect::Released(place, _) => self.release(*place),
            Effect::Confirmed(place) => self.places[place.number()].state = PlaceState::Confirmed,
            Effect::Promoted { place, pool, seat } => self.promote(*place, *pool, *seat),
            Effect::PoolAdded(id, union) => self.add_pool(id, *union),
            Effect::SeatsAdded(pool, numbers) => self.pools[pool.number()].seats.add(numbers),
            Effect::SeatsRemoved(pool, numbers) => self.pools[pool.number()].seats.remove(numbers),
            Effect::Ended => self.ended = true,
        }
    }

    /// One round at a time: opening one closes any other, as the one field for it in Redis does.
    fn open(&mut self, round: &RoundId) {
        for (_, state) in self.rounds.iter_mut().filter(|(_, state)| *state == RoundState::Open) {
            *state = RoundState::Closed;
        }
        self.set_round(round, RoundState::Open);
    }

    fn set_round(&mut self, round: &RoundId, state: RoundState) {
        match self.rounds.iter_mut().find(|(known, _)| known == round) {
            Some((_, known)) => *known = state,
            None => self.rounds.push((round.clone(), state)),
        }
    }

    fn arrive(&mut self, seq: Sequence, reservation: &Reservation, standings: &[Standing]) {
        let index = self.next_place();
        let round = self.rounds.iter().position(|(round, _)| *round == reservation.round);
        let place = Place {
            application: reservation.application,
            person: reservation.person,
            seq,
            state: PlaceState::Live,
            standings: standings.into(),
            round: RoundIndex(round.and_then(|round| u16::try_from(round).ok()).unwrap_or(u16::MAX)),
            chain: self.chain(&reservation.unions),
            entered: None,
        };
        self.places.push(place);
        for standing in standings {
            self.settle(index, *standing, seq);
        }
        let places = &self.places;
        self.by_application
            .insert(reservation.application.uuid(), index, |place| application_of(places, place));
        self.live.insert(reservation.person.uuid(), index, |place| person_of(places, place));
    }

    fn chain(&mut self, unions: &[UnionId]) -> ChainIndex {
        if let Some(known) = self.chain_numbers.get(unions) {
            return *known;
        }
        let index = ChainIndex(u32::try_from(self.chains.len()).unwrap_or(u32::MAX));
        self.chains.push(unions.into());
        self.chain_numbers.insert(unions.into(), index);
        index
    }

    /// Takes the seat of a standing, or a place on the waiting list.
    fn settle(&mut self, place: PlaceIndex, standing: Standing, entered: Sequence) {
        let pool = &mut self.pools[standing.pool.number()];
        match standing.stand {
            Stand::Seated(number) => {
                pool.seats.take(number);
                pool.taken += 1;
            }
            Stand::Waiting => pool.waiting.push(entered, place),
            Stand::Left => {}
        }
    }

    /// what it entered with a union that stays, it keeps; the others it enters now.
    fn move_to(&mut self, seq: Sequence, place: PlaceIndex, unions: &[UnionId]) {
        let chain = self.chain(unions);
        let moved = self.place(place);
        let entered = unions.iter().map(|union| self.entered(moved, *union).unwrap_or(seq)).collect();
        let moved = &mut self.places[place.number()];
        (moved.chain, moved.entered) = (chain, Some(entered));
    }

    fn stand(&mut self, place: PlaceIndex, standing: Standing, entered: Sequence) {
        self.settle(place, standing, entered);
        let standings = &mut self.places[place.number()].standings;
        match standings.iter_mut().find(|known| known.pool == standing.pool) {
            Some(known) => *known = standing,
            None => *standings = standings.iter().copied().chain([standing]).collect(),
        }
    }

    fn leave(&mut self, place: PlaceIndex, pool: PoolIndex) {
        let entered = self.entered_pool(place, pool);
        let at = &mut self.pools[pool.number()];
        let mut standings = self.places[place.number()].standings.iter_mut();
        let Some(standing) = standings.find(|standing| standing.pool == pool) else { return };
        match standing.stand {
            Stand::Seated(number) => {
                at.seats.give_back(number);
                at.taken -= 1;
            }
            Stand::Waiting => at.waiting.remove(entered),
            Stand::Left => {}
        }
        standing.stand = Stand::Left;
    }

    fn release(&mut self, place: PlaceIndex) {
        for number in 0..self.place(place).standings.len() {
            self.leave(place, self.place(place).standings[number].pool);
        }
        let released = &mut self.places[place.number()];
        released.state = PlaceState::Released;
        let (person, places) = (released.person, &self.places);
        self.live.remove(person.uuid(), |place| person_of(places, place));
    }

    fn promote(&mut self, place: PlaceIndex, pool: PoolIndex, seat: u32) {
        let entered = self.entered_pool(place, pool);
        let at = &mut self.pools[pool.number()];
        let mut standings = self.places[place.number()].standings.iter_mut();
        if let Some(standing) = standings.find(|standing| standing.pool == pool) {
            if !planted(Mutant::PromotesTwice) {
                at.waiting.remove(entered);
            }
            at.seats.take(seat);
            at.taken += 1;
            standing.stand = Stand::Seated(seat);
        }
    }

    fn add_pool(&mut self, id: &PoolId, union: UnionId) {
        self.by_union.entry(union).or_default().push(PoolIndex::of(self.pools.len()));
        self.pools.push(Pool::new(id.clone(), union));
    }
}

/// Going back.
impl Line {
    /// Where the line is.
    pub fn mark(&self) -> Mark {
        Mark { seq: self.seq, link: self.link, digest: self.digest, places: self.places.len() }
    }

    /// Takes the line back to where it was. Since then it may have folded reservations only.
    pub fn take_back(&mut self, mark: &Mark) {
        while self.places.len() > mark.places {
            let places = &self.places;
            let Some(last) = places.last() else { break };
            self.live.remove(last.person.uuid(), |place| person_of(places, place));
            self.by_application.remove(last.application.uuid(), |place| application_of(places, place));
            for standing in self.places.pop().iter().flat_map(|place| &place.standings) {
                let pool = &mut self.pools[standing.pool.number()];
                match standing.stand {
                    Stand::Seated(number) => {
                        pool.seats.give_back(number);
                        pool.taken -= 1;
                    }
                    Stand::Waiting => pool.waiting.take_back_last(),
                    Stand::Left => {}
                }
            }
        }
        (self.seq, self.link, self.digest) = (mark.seq, mark.link, mark.digest);
    }
}

fn application_of(places: &[Place], place: PlaceIndex) -> Uuid {
    places[place.number()].application.uuid()
}

fn person_of(places: &[Place], place: PlaceIndex) -> Uuid {
    places[place.number()].person.uuid()
}

/// Counts of people and seats; more than four thousand million of either would not fit the city.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
