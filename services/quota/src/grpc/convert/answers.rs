//! Answers written as messages.

use proto::{page, quota as pb};
use vocabulary::ApplicationId;

use crate::app::{CheckpointPage, LineState, PoolsNow, Receipt, Signed, SignedPlace, Verdict, WaitingPage};
use crate::domain::{Finding, HaltCause, Mode, Outcome, PlaceState, PlacedIn, PoolNow, Round, RoundState};

pub(in crate::grpc) fn line(line: &LineState) -> pb::Line {
    pb::Line {
        programme_id: line.programme.to_string(),
        epoch: line.row.at.epoch.get(),
        mode: mode(line.row.mode).into(),
        last_sequence: line.row.at.seq.get(),
        chain: line.row.digest.to_string(),
        arrivals: line.arrivals,
        rounds: line.rounds.iter().map(round).collect(),
        halted_by: line.halted_by.map_or("", HaltCause::as_str).to_owned(),
    }
}

fn mode(mode: Mode) -> pb::LineMode {
    match mode {
        Mode::Log => pb::LineMode::Log,
        Mode::Direct => pb::LineMode::Direct,
        Mode::Halted => pb::LineMode::Halted,
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

pub(in crate::grpc) fn pools(now: &PoolsNow) -> pb::WatchPoolsResponse {
    pb::WatchPoolsResponse { sequence: now.seq.get(), pools: now.pools.iter().map(pool).collect() }
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

/// The place as it is now, with its receipt.
pub(in crate::grpc) fn place(signed: &SignedPlace) -> pb::Place {
    let place = &signed.place;
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
        receipt: signed.receipt.clone().map(signature),
    }
}

fn signature(signed: Signed) -> pb::Signature {
    pb::Signature { key_id: signed.key_id, signature: signed.signature.into() }
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

pub(in crate::grpc) fn checkpoints(
    asked: &pb::ListCheckpointsRequest,
    page: CheckpointPage,
) -> pb::ListCheckpointsResponse {
    let next = page.next.map(|seq| page::token(asked, &[&seq.to_string()]));
    let checkpoints = page.checkpoints.into_iter().map(|one| pb::Checkpoint {
        sequence: one.seq.get(),
        chain: one.digest.to_string(),
        arrivals: one.arrivals,
        made_at: Some(proto::timestamp(one.made_at)),
        signature: Some(signature(Signed { key_id: one.key_id, signature: one.signature })),
    });
    pb::ListCheckpointsResponse {
        checkpoints: checkpoints.collect(),
        next_page_token: next.unwrap_or_default(),
    }
}

pub(in crate::grpc) fn verdict(verdict: &Verdict) -> pb::VerifyLineResponse {
    let verified = &verdict.verified;
    pb::VerifyLineResponse {
        holds: verdict.holds(),
        operations: count(verified.operations),
        chain: verified.digest.to_string(),
        arrivals: verified.arrivals,
        holders: count(verified.holders),
        waiting: count(verified.waiting),
        checkpoints: count(verified.checkpoints),
        findings: verified.findings.iter().map(finding).collect(),
        nobody_jumped: verdict.nobody_jumped,
        mode: mode(verdict.mode).into(),
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn finding(finding: &Finding) -> pb::LineFinding {
    use pb::LineFindingKind as Kind;
    let (kind, number, name) = match finding {
        Finding::Missing(seq) => (Kind::Missing, seq.get(), ""),
        Finding::Unlinked(seq) => (Kind::Unlinked, seq.get(), ""),
        Finding::BodyChanged(seq) => (Kind::BodyChanged, seq.get(), ""),
        Finding::DigestChanged(seq) => (Kind::ChainChanged, seq.get(), ""),
        Finding::DecisionChanged(seq) => (Kind::DecisionChanged, seq.get(), ""),
        Finding::PromotionChanged(seq) => (Kind::PromotionChanged, seq.get(), ""),
        Finding::EpochFell(seq) => (Kind::EpochFell, seq.get(), ""),
        Finding::Checkpoint(seq) => (Kind::Checkpoint, seq.get(), ""),
        Finding::LineChanged => (Kind::LineChanged, 0, ""),
        Finding::RoundChanged(round) => (Kind::RoundChanged, 0, round.as_str()),
        Finding::PoolChanged(pool) => (Kind::PoolChanged, 0, pool.as_str()),
        Finding::HolderChanged(pool, seat) => (Kind::HolderChanged, *seat, pool.as_str()),
        Finding::WaitingChanged(pool) => (Kind::WaitingChanged, 0, pool.as_str()),
        Finding::PlaceChanged(arrival) => (Kind::PlaceChanged, *arrival, ""),
        Finding::Jumped(pool) => (Kind::Jumped, 0, pool.as_str()),
    };
    pb::LineFinding { kind: kind.into(), number, name: name.to_owned() }
}
