//! What a line looks like now.

use vocabulary::{ApplicationId, PoolId, RoundId, UnionId, WorkerId};

use super::super::{
    Digest, Link, Place, PlaceIndex, PlaceState, PlacedIn, Pool, PoolIndex, RoundState, Sequence, Stand,
    Standing,
};
use super::{Line, application_of, count, person_of};

/// What the line looks like now.
impl Line {
    /// The last operation.
    pub fn seq(&self) -> Sequence {
        self.seq
    }

    /// Redis' chain at the last operation.
    pub fn link(&self) -> Link {
        self.link
    }

    /// The SHA-256 chain at the last operation.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The last arrival number given.
    pub fn arrivals(&self) -> i64 {
        self.next_place().arrival() - 1
    }

    /// Whether the programme is closed.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether a round takes applications.
    pub fn round(&self, round: &RoundId) -> RoundState {
        let known = self.rounds.iter().find(|(known, _)| known == round);
        known.map_or(RoundState::New, |(_, state)| *state)
    }

    /// Every round that was ever opened or closed.
    pub fn rounds(&self) -> impl Iterator<Item = &RoundId> {
        self.rounds.iter().map(|(round, _)| round)
    }

    /// The round that takes applications. An ended line has none, as Redis sees it.
    pub fn open_round(&self) -> Option<&RoundId> {
        let open = self.rounds.iter().find(|(_, state)| *state == RoundState::Open);
        open.map(|(round, _)| round).filter(|_| !self.ended)
    }

    /// All pools, in the order in which they were added.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// One pool.
    pub fn pool(&self, index: PoolIndex) -> &Pool {
        &self.pools[index.number()]
    }

    /// The pool of a name.
    pub fn pool_named(&self, id: &PoolId) -> Option<PoolIndex> {
        self.pools.iter().position(|pool| pool.id == *id).map(PoolIndex::of)
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
    pub fn standing_under(&self, union: UnionId) -> Vec<(Sequence, PlaceIndex)> {
        let under: Vec<bool> = self.chains.iter().map(|chain| chain.contains(&union)).collect();
        let in_line = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.state != PlaceState::Released && under[place.chain.0 as usize]);
        let entered = in_line
            .filter_map(|(index, place)| Some((self.entered(place, union)?, PlaceIndex::of_arrival(index))));
        let mut entered: Vec<_> = entered.collect();
        entered.sort_unstable_by_key(|(entered, _)| *entered);
        entered
    }

    /// All places, in the order of arrival.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The places from one on, in the order of arrival.
    pub fn places_from(&self, first: PlaceIndex) -> impl Iterator<Item = (PlaceIndex, &Place)> {
        let from = self.places.iter().enumerate().skip(first.number());
        from.map(|(index, place)| (PlaceIndex::of_arrival(index), place))
    }

    /// One place.
    pub fn place(&self, index: PlaceIndex) -> &Place {
        &self.places[index.number()]
    }

    /// The place that the next one to arrive gets.
    pub fn next_place(&self) -> PlaceIndex {
        PlaceIndex::of_arrival(self.places.len())
    }

    /// An application's place.
    pub fn place_of(&self, application: ApplicationId) -> Option<PlaceIndex> {
        self.by_application.find(application.uuid(), |place| application_of(&self.places, place))
    }

    /// Whether an application was released before it arrived.
    pub fn is_barred(&self, application: ApplicationId) -> bool {
        self.barred.contains(&application)
    }

    /// Applications that were released before they arrived, in no order.
    pub fn barred(&self) -> impl Iterator<Item = ApplicationId> {
        self.barred.iter().copied()
    }

    /// Whether a person has a live place.
    pub fn is_in_line(&self, person: WorkerId) -> bool {
        self.live.find(person.uuid(), |place| person_of(&self.places, place)).is_some()
    }

    /// The round that a place came in.
    pub fn round_of(&self, place: &Place) -> &RoundId {
        &self.rounds[usize::from(place.round.0)].0
    }

    /// The unions that a place stands under, from the worker's own up to the city federation.
    pub fn unions_of(&self, place: &Place) -> &[UnionId] {
        &self.chains[place.chain.0 as usize]
    }

    /// By which operation a place entered the line of a union; none where it does not stand under it.
    pub fn entered(&self, place: &Place, union: UnionId) -> Option<Sequence> {
        let at = self.unions_of(place).iter().position(|known| *known == union)?;
        Some(place.entered.as_ref().map_or(place.seq, |entered| entered[at]))
    }

    /// By which operation a place entered the line of a pool.
    pub fn entered_pool(&self, place: PlaceIndex, pool: PoolIndex) -> Sequence {
        let place = self.place(place);
        self.entered(place, self.pool(pool).union).unwrap_or(place.seq)
    }

    /// A standing of a place as it is answered.
    pub fn placed_in(&self, place: PlaceIndex, standing: &Standing) -> PlacedIn {
        let pool = self.pool(standing.pool);
        let id = pool.id.clone();
        match standing.stand {
            Stand::Seated(number) => PlacedIn::Seat(id, number),
            Stand::Waiting => {
                PlacedIn::Waiting(id, count(pool.waiting.position(self.entered_pool(place, standing.pool))))
            }
            Stand::Left => PlacedIn::Left(id),
        }
    }
}
