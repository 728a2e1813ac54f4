//! Answers written as messages.

use proto::{page, quota as pb};
use vocabulary::ApplicationId;

use crate::app::{LineState, PlaceNow, PoolFigures, Receipt, StandingNow, WaitingPage};
use crate::domain::{Mode, Outcome, PlaceState, PlacedIn, Round, RoundState};

pub(in crate::grpc) fn line(line: &LineState) -> pb::Line {
    let mode = match line.row.mode {
        Mode::Log => pb::LineMode::Log,
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

pub(in crate::grpc) fn pool(figures: &PoolFigures) -> pb::Pool {
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
        place.set_state(place_state(state.as_str()));
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
pub(in crate::grpc) fn place(place: PlaceNow) -> pb::Place {
    pb::Place {
        application_id: place.application.to_string(),
        arrival_number: place.arrival,
        round_id: place.round,
        standings: place.standings.iter().map(standing).collect(),
        state: place_state(&place.state).into(),
        sequence: place.seq,
        chain: hex::encode(place.digest),
    }
}

fn standing(standing: &StandingNow) -> pb::Standing {
    let state = match standing.state.as_str() {
        "SEATED" => pb::StandingState::Seated,
        "WAITING" => pb::StandingState::Waiting,
        _ => pb::StandingState::Left,
    };
    pb::Standing {
        pool_id: standing.pool.clone(),
        state: state.into(),
        seat_number: standing.seat,
        waiting_position: standing.position,
    }
}

fn place_state(state: &str) -> pb::PlaceState {
    if state == PlaceState::Live.as_str() {
        pb::PlaceState::Live
    } else if state == PlaceState::Confirmed.as_str() {
        pb::PlaceState::Confirmed
    } else {
        pb::PlaceState::Released
    }
}

pub(in crate::grpc) fn waiting(page: &WaitingPage) -> pb::ListWaitingResponse {
    let last = page.waiting.last().filter(|_| page.more);
    pb::ListWaitingResponse {
        waiting: page
            .waiting
            .iter()
            .map(|one| pb::Waiting {
                application_id: one.application.to_string(),
                arrival_number: one.arrival,
                position: one.position,
            })
            .collect(),
        next_page_token: last.map(|last| page::token(&[&last.entered.to_string()])).unwrap_or_default(),
    }
}
