//! What a line answers to an operation: pure, and total. Every refusal is a decision too.

use std::iter;

use vocabulary::{ApplicationId, PoolId, RoundId, UnionId};

use super::line::count;
use super::mutant::{Mutant, planted};
use super::pool::MAX_POOLS;
use super::{
    Decision, Effect, Line, Outcome, Place, PlaceIndex, PlaceState, PlacedIn, PoolIndex, Refused,
    ReleaseReason, Request, Reservation, RoundState, Sequence, Stand, Standing,
};

/// Decides the operation number `seq`, which is none where its body could not be read.
pub fn decide(line: &Line, seq: Sequence, request: Option<&Request>) -> Decision {
    let Some(request) = request else { return Refused::Malformed.into() };
    if line.ended() {
        return Refused::Ended.into();
    }
    match request {
        Request::Open(round) => open(line, round),
        Request::Close(round) => close(line, round),
        Request::Reserve(reservation) => reserve(line, reservation),
        Request::Release { application, reason } => release(line, *application, *reason),
        Request::Move { application, unions } => move_to(line, seq, *application, unions),
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
fn reserve(line: &Line, reservation: &Reservation) -> Decision {
    if line.is_barred(reservation.application) {
        return Refused::Left.into();
    }
    if let Some(place) = line.place_of(reservation.application) {
        let left = line.place(place).state == PlaceState::Released;
        return if left { Refused::Left } else { Refused::DuplicateApplication }.into();
    }
    if line.is_in_line(reservation.person) {
        return Refused::DuplicatePerson.into();
    }
    if line.open_round() != Some(&reservation.round) {
        return Refused::NotOpen.into();
    }
    let pools = line.pools_over(&reservation.unions);
    let standings: Vec<Standing> = pools.iter().map(|pool| enters(line, *pool)).collect();
    let outcome = Outcome::Place {
        arrival: line.next_place().arrival(),
        round: Some(reservation.round.clone()),
        state: PlaceState::Live,
        standings: standings.iter().map(|standing| entered(line, standing)).collect(),
    };
    Decision { outcome, effects: vec![Effect::Arrived(Box::new(reservation.clone()), standings)] }
}

/// How the next one to enter a pool stands there.
fn enters(line: &Line, pool: PoolIndex) -> Standing {
    let stand = line.pool(pool).seats.first_free().map_or(Stand::Waiting, Stand::Seated);
    Standing { pool, stand }
}

/// How one who has just entered a pool is told to stand there.
fn entered(line: &Line, standing: &Standing) -> PlacedIn {
    let pool = line.pool(standing.pool);
    match standing.stand {
        Stand::Seated(seat) => PlacedIn::Seat(pool.id.clone(), seat),
        Stand::Waiting => PlacedIn::Waiting(pool.id.clone(), count(pool.waiting.len() + 1)),
        Stand::Left => PlacedIn::Left(pool.id.clone()),
    }
}

/// each seat that comes free goes at once to the first of that pool's waiting list.
fn release(line: &Line, application: ApplicationId, reason: ReleaseReason) -> Decision {
    if line.is_barred(application) {
        return Refused::Left.into();
    }
    let Some(index) = line.place_of(application) else {
        let outcome =
            Outcome::Place { arrival: 0, round: None, state: PlaceState::Released, standings: Vec::new() };
        let bars = !planted(Mutant::ForgetsTombstones);
        return Decision {
            outcome,
            effects: bars.then_some(Effect::Barred(application)).into_iter().collect(),
        };
    };
    let place = line.place(index);
    match place.state {
        PlaceState::Released => return Refused::Left.into(),
        PlaceState::Confirmed if reason != ReleaseReason::ClawedBack => return Refused::Confirmed.into(),
        PlaceState::Confirmed | PlaceState::Live => {}
    }
    let promotions = place.standings.iter().filter_map(|standing| gives_up(line, standing));
    let effects = iter::once(Effect::Released(index, reason)).chain(promotions).collect();
    let left = |standing: &Standing| PlacedIn::Left(line.pool(standing.pool).id.clone());
    let standings = place.standings.iter().map(left).collect();
    Decision { outcome: outcome(line, index, PlaceState::Released, standings), effects }
}

/// Who moves up where a standing is given up.
fn gives_up(line: &Line, standing: &Standing) -> Option<Effect> {
    let seat = standing.stand.seat()?;
    let (_, first) = line.pool(standing.pool).waiting.first()?;
    Some(Effect::Promoted { place: first, pool: standing.pool, seat })
}

/// leaves the lines that it no longer belongs to, and enters new ones at their end.
fn move_to(line: &Line, seq: Sequence, application: ApplicationId, unions: &[UnionId]) -> Decision {
    let (index, place) = match placed(line, application) {
        Ok(found) => found,
        Err(refused) => return refused.into(),
    };
    if place.state == PlaceState::Confirmed {
        return Refused::Confirmed.into();
    }
    let pools = line.pools_over(unions);
    let stays = |standing: &Standing| standing.stand != Stand::Left && pools.contains(&standing.pool);
    let enters: Vec<Standing> = pools
        .iter()
        .filter(|pool| !place.standings.iter().any(|standing| standing.pool == **pool && stays(standing)))
        .map(|pool| enters(line, *pool))
        .collect();
    let leaving =
        || place.standings.iter().filter(|standing| standing.stand != Stand::Left && !stays(standing));

    let mut effects: Vec<Effect> = leaving().map(|standing| Effect::Left(index, standing.pool)).collect();
    effects.extend(leaving().filter_map(|standing| gives_up(line, standing)));
    effects.push(Effect::Moved(index, unions.into()));
    effects.extend(enters.iter().map(|standing| Effect::Stood {
        place: index,
        standing: *standing,
        entered: seq,
    }));

    let now = |standing: &Standing| match enters.iter().find(|new| new.pool == standing.pool) {
        Some(new) => entered(line, new),
        None if stays(standing) => line.placed_in(index, standing),
        None => PlacedIn::Left(line.pool(standing.pool).id.clone()),
    };
    let known = |pool| place.standings.iter().any(|standing| standing.pool == pool);
    let standings = place.standings.iter().map(now);
    let standings =
        standings.chain(enters.iter().filter(|new| !known(new.pool)).map(|new| entered(line, new))).collect();
    Decision { outcome: outcome(line, index, place.state, standings), effects }
}

/// The place of an application that is in line.
fn placed(line: &Line, application: ApplicationId) -> Result<(PlaceIndex, &Place), Refused> {
    if line.is_barred(application) {
        return Err(Refused::Left);
    }
    let index = line.place_of(application).ok_or(Refused::UnknownApplication)?;
    let place = line.place(index);
    if place.state == PlaceState::Released { Err(Refused::Left) } else { Ok((index, place)) }
}

fn confirm(line: &Line, application: ApplicationId) -> Decision {
    let (index, place) = match placed(line, application) {
        Ok(found) => found,
        Err(refused) => return refused.into(),
    };
    if place.state == PlaceState::Confirmed {
        return Refused::Confirmed.into();
    }
    let standings = place.standings.iter().map(|standing| line.placed_in(index, standing)).collect();
    let outcome = outcome(line, index, PlaceState::Confirmed, standings);
    Decision { outcome, effects: vec![Effect::Confirmed(index)] }
}

fn outcome(line: &Line, place: PlaceIndex, state: PlaceState, standings: Vec<PlacedIn>) -> Outcome {
    let round = line.round_of(line.place(place)).clone();
    Outcome::Place { arrival: place.arrival(), round: Some(round), state, standings }
}

/// a pool added later takes in everybody in its scope, in arrival order.
fn add_pool(line: &Line, id: &PoolId, union: UnionId, seats: u32) -> Decision {
    if line.pool_named(id).is_some() {
        return Refused::DuplicatePool.into();
    }
    if line.pools().len() == MAX_POOLS {
        return Refused::TooManyPools.into();
    }
    let pool = PoolIndex::of(line.pools().len());
    let mut effects = vec![Effect::PoolAdded(id.clone(), union)];
    if seats > 0 {
        effects.push(Effect::SeatsAdded(pool, (1..=seats).collect()));
    }
    let stands = (1..=seats).map(Stand::Seated).chain(iter::repeat(Stand::Waiting));
    let entering = line.standing_under(union).into_iter().zip(stands);
    effects.extend(entering.map(|((entered, place), stand)| Effect::Stood {
        place,
        standing: Standing { pool, stand },
        entered,
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
    let promotions = pool.waiting.iter().zip(&numbers).map(|((_, place), seat)| Effect::Promoted {
        place,
        pool: index,
        seat: *seat,
    });
    let promotions: Vec<_> = promotions.collect();
    done(iter::once(Effect::SeatsAdded(index, numbers)).chain(promotions).collect())
}

fn done(effects: Vec<Effect>) -> Decision {
    Decision { outcome: Outcome::Done, effects }
}
