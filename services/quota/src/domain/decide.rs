//! What a line answers to an operation: pure, and total. Every refusal is a decision too.

use std::iter;

use vocabulary::{ApplicationId, PoolId, RoundId, UnionId};

use super::line::count;
use super::{
    Decision, Effect, Line, Outcome, Place, PlaceState, PlacedIn, PoolIndex, Refused, ReleaseReason, Request,
    Reservation, RoundState, Sequence, Stand,
};

/// The most pools of a line: unions of every level may add their own.
const MAX_POOLS: usize = 1_000;

/// Decides the operation number `seq`, which is none where its body could not be read.
pub fn decide(line: &Line, seq: Sequence, request: Option<&Request>) -> Decision {
    let Some(request) = request else { return Refused::Malformed.into() };
    if line.ended() {
        return Refused::Ended.into();
    }
    match request {
        Request::Open(round) => open(line, round),
        Request::Close(round) => close(line, round),
        Request::Reserve(reservation) => reserve(line, seq, reservation),
        Request::Release { application, reason } => release(line, *application, *reason),
        Request::Confirm(application) => confirm(line, *application),
        Request::AddPool { pool, union, seats } => add_pool(line, pool, *union, *seats),
        Request::Capacity { pool, seats } => set_capacity(line, pool, *seats),
        Request::End => done(vec![Effect::Ended]),
    }
}

/// a round goes new, open, closed, and never back.
fn open(line: &Line, round: &RoundId) -> Decision {
    match line.round(round) {
        RoundState::New => done(vec![Effect::Opened(round.clone())]),
        RoundState::Open | RoundState::Closed => Refused::RoundOver.into(),
    }
}

fn close(line: &Line, round: &RoundId) -> Decision {
    match line.round(round) {
        RoundState::New | RoundState::Open => done(vec![Effect::Closed(round.clone())]),
        RoundState::Closed => Refused::RoundOver.into(),
    }
}

/// Gives the next arrival number, and in each pool a free seat or the last place of its waiting list.
fn reserve(line: &Line, seq: Sequence, reservation: &Reservation) -> Decision {
    if let Some(place) = line.place(reservation.application) {
        let left = place.state == PlaceState::Released;
        return if left { Refused::Left } else { Refused::DuplicateApplication }.into();
    }
    if line.is_in_line(reservation.person) {
        return Refused::DuplicatePerson.into();
    }
    if line.open_round() != Some(&reservation.round) {
        return Refused::NotOpen.into();
    }
    let application = reservation.application;
    let pools = line.pools_over(&reservation.unions);
    let stands = pools.iter().map(|pool| {
        let seat = line.pool(*pool).seats.first_free();
        Effect::Stood { application, pool: *pool, entered: seq, seat }
    });
    let effects = iter::once(Effect::Arrived(Box::new(reservation.clone()))).chain(stands).collect();
    let outcome = Outcome::Place {
        arrival: line.arrivals() + 1,
        round: Some(reservation.round.clone()),
        state: PlaceState::Live,
        standings: pools.iter().map(|pool| enters(line, *pool)).collect(),
    };
    Decision { outcome, effects }
}

/// How the next one to enter a pool stands there.
fn enters(line: &Line, pool: PoolIndex) -> PlacedIn {
    let pool = line.pool(pool);
    match pool.seats.first_free() {
        Some(seat) => PlacedIn::Seat(pool.id.clone(), seat),
        None => PlacedIn::Waiting(pool.id.clone(), count(pool.waiting.len() + 1)),
    }
}

/// each seat that comes free goes at once to the first of that pool's waiting list.
fn release(line: &Line, application: ApplicationId, reason: ReleaseReason) -> Decision {
    let Some(place) = line.place(application) else {
        let outcome =
            Outcome::Place { arrival: 0, round: None, state: PlaceState::Released, standings: Vec::new() };
        return Decision { outcome, effects: vec![Effect::Barred(application)] };
    };
    match place.state {
        PlaceState::Released => return Refused::Left.into(),
        PlaceState::Confirmed => return Refused::Confirmed.into(),
        PlaceState::Live => {}
    }
    let promotions = place.standings.iter().filter_map(|standing| {
        let Stand::Seated(seat) = standing.stand else { return None };
        let first = line.pool(standing.pool).waiting.values().next()?;
        Some(Effect::Promoted { application: *first, pool: standing.pool, seat })
    });
    let effects = iter::once(Effect::Released(application, reason)).chain(promotions).collect();
    let left = |pool: PoolIndex| PlacedIn::Left(line.pool(pool).id.clone());
    let standings = place.standings.iter().map(|standing| left(standing.pool)).collect();
    Decision { outcome: outcome(place, PlaceState::Released, standings), effects }
}

fn confirm(line: &Line, application: ApplicationId) -> Decision {
    let Some(place) = line.place(application) else { return Refused::UnknownApplication.into() };
    match place.state {
        PlaceState::Released => Refused::Left.into(),
        PlaceState::Confirmed => Refused::Confirmed.into(),
        PlaceState::Live => {
            let standings = place.standings.iter().map(|standing| line.placed_in(standing)).collect();
            let outcome = outcome(place, PlaceState::Confirmed, standings);
            Decision { outcome, effects: vec![Effect::Confirmed(application)] }
        }
    }
}

fn outcome(place: &Place, state: PlaceState, standings: Vec<PlacedIn>) -> Outcome {
    let taken = place.taken.as_ref();
    Outcome::Place {
        arrival: taken.map_or(0, |taken| taken.arrival),
        round: taken.map(|taken| taken.round.clone()),
        state,
        standings,
    }
}

/// a pool added later takes in everybody in its scope, in arrival order.
fn add_pool(line: &Line, id: &PoolId, union: UnionId, seats: u32) -> Decision {
    if line.pool_named(id).is_some() {
        return Refused::DuplicatePool.into();
    }
    if line.pools().len() == MAX_POOLS {
        return Refused::TooManyPools.into();
    }
    let pool = PoolIndex(line.pools().len());
    let mut effects = vec![Effect::PoolAdded(id.clone(), union)];
    if seats > 0 {
        effects.push(Effect::SeatsAdded(pool, (1..=seats).collect()));
    }
    let numbers = (1..=seats).map(Some).chain(iter::repeat(None));
    let stands = line.standing_under(union).into_iter().zip(numbers);
    effects.extend(stands.map(|((entered, application), seat)| Effect::Stood {
        application,
        pool,
        entered,
        seat,
    }));
    done(effects)
}

/// more seats at any time, and the waiting list moves up; fewer only by seats that are free.
fn set_capacity(line: &Line, id: &PoolId, seats: u32) -> Decision {
    let Some(index) = line.pool_named(id) else { return Refused::UnknownPool.into() };
    let pool = line.pool(index);
    let (wanted, there) = (seats as usize, pool.capacity());
    if wanted < pool.taken {
        return Refused::BelowTaken { taken: count(pool.taken) }.into();
    }
    if wanted == there {
        return done(Vec::new());
    }
    if wanted < there {
        return done(vec![Effect::SeatsRemoved(index, pool.seats.last_free(there - wanted))]);
    }
    let numbers = pool.seats.next_numbers(wanted - there);
    let promotions = pool.waiting.values().zip(&numbers).map(|(application, seat)| Effect::Promoted {
        application: *application,
        pool: index,
        seat: *seat,
    });
    let promotions: Vec<_> = promotions.collect();
    done(iter::once(Effect::SeatsAdded(index, numbers)).chain(promotions).collect())
}

fn done(effects: Vec<Effect>) -> Decision {
    Decision { outcome: Outcome::Done, effects }
}
