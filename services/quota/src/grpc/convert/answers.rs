//! Answers written as messages.

use proto::{page, quota as pb};
use vocabulary::ApplicationId;

use crate::app::{LineState, Receipt, WaitingPage};
use crate::domain::{Mode, Outcome, PlaceNow, PlaceState, PlacedIn, PoolNow, Round, RoundState};

pub(in crate::grpc) fn line(line: &LineState) -> pb::Line {
    let mode = match line.row.mode {
        Mode::Log => pb::LineMode::Log,
        Mode::Direct => pb::LineMode::Direct,
        Mode::Halted => pb::LineMode::Halted,
    };
    pb::Line {
        programme_id: line.programme.to_string(),
        epoch: line.row.at.epoch.get(),
        mode: mode.into(),
        last_sequence: line.row.at.seq.get(),
        chain: line.row.digest.to_string(),
        arrivals: line.arrivals,
        rounds: line.rounds.iter().map(round).collect(),
    }
}

fn round(round: &Round) -> pb::Round {
    let state = match round.state {
        RoundState::New => pb::RoundState::New,
        RoundState::Open => pb::RoundState::Open,
        RoundState::Closed => pb::RoundState::Closed,
    };
    pb::Round {
        round_id: round.id.to_string(),
        opens_at: Some(proto::timestamp(round.opens_at)),
        closes_at: Some(proto::timestamp(round.closes_at)),
        state: state.into(),
    }
}

pub(in crate::grpc) fn pool(figures: &PoolNow) -> pb::Pool {
    pb::Pool {
        programme_id: figures.programme.to_string(),
        pool_id: figures.pool.to_string(),
        union_id: figures.union.to_string(),
        capacity: figures.capacity,
        taken: figures.taken,
        waiting: figures.waiting,
    }
}

/// The place as an operation decided it, with its proof.
pub(in crate::grpc) fn receipt(application: ApplicationId, receipt: &Receipt) -> pb::Place {
    let recorded = receipt.recorded();
    let mut place = pb::Place {
        application_id: application.to_string(),
        sequence: recorded.seq.get(),
        chain: recorded.digest.to_string(),
        ..pb::Place::default()
    };
    if let Outcome::Place { arrival, round, state, standings } = &recorded.outcome {
        place.arrival_number = *arrival;
        place.round_id = round.as_ref().map(ToString::to_string).unwrap_or_default();
        place.standings = standings.iter().map(placed_in).collect();
        place.set_state(place_state(*state));
    }
    place
}

fn placed_in(placed: &PlacedIn) -> pb::Standing {
    let (pool, state, seat, position) = match placed {
        PlacedIn::Seat(pool, number) => (pool, pb::StandingState::Seated, *number, 0),
        PlacedIn::Waiting(pool, position) => (pool, pb::StandingState::Waiting, 0, *position),
        PlacedIn::Left(pool) => (pool, pb::StandingState::Left, 0, 0),
    };
    pb::Standing {
        pool_id: pool.to_string(),
        state: state.into(),
        seat_number: seat.into(),
        waiting_position: position.into(),
    }
}

/// The place as it is now.
pub(in crate::grpc) fn place(place: &PlaceNow) -> pb::Place {
    let (sequence, chain) =
        place.given.map_or((0, String::new()), |(seq, digest)| (seq.get(), digest.to_string()));
    pb::Place {
        application_id: place.application.to_string(),
        arrival_number: place.arrival,
        round_id: place.round.as_ref().map(ToString::to_string).unwrap_or_default(),
        standings: place.standings.iter().map(placed_in).collect(),
        state: place_state(place.state).into(),
        sequence,
        chain,
    }
}

fn place_state(state: PlaceState) -> pb::PlaceState {
    match state {
        PlaceState::Live => pb::PlaceState::Live,
        PlaceState::Confirmed => pb::PlaceState::Confirmed,
        PlaceState::Released => pb::PlaceState::Released,
    }
}

pub(in crate::grpc) fn waiting(
    asked: &pb::ListWaitingRequest,
    page: &WaitingPage,
) -> pb::ListWaitingResponse {
    let waiting = page.waiting.iter().map(|one| pb::Waiting {
        application_id: one.application.to_string(),
        arrival_number: one.arrival,
        position: one.position,
    });
    let next = page.next.map(|entered| page::token(asked, &[&entered.to_string()]));
    pb::ListWaitingResponse { waiting: waiting.collect(), next_page_token: next.unwrap_or_default() }
}
