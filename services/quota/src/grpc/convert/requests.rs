//! Messages parsed, whole, at the door.

use auth::Caller;
use chrono::{DateTime, SubsecRound, Utc};
use proto::quota as pb;
use refusal::{Fields, Reason, Refusal};
use vocabulary::{ApplicationId, Day, OperationId, PoolId, ProgrammeId, UnionId};

use crate::app::{CreateLine, GetPlace, ListCheckpoints, ListWaiting, MovePlace, RecoverLine, SetWindows};
use crate::domain::{
    MAX_SEATS, MAX_UNIONS, Operation, ReleaseReason, Reservation, Round, RoundState, Sequence,
};

const MAX_ROUNDS: usize = 10;

pub(in crate::grpc) fn create_line(
    caller: &Caller,
    message: &pb::CreateLineRequest,
) -> Result<CreateLine, Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let (Some(id), Some(programme)) = (id, programme) else { return Err(fields.refusal()) };
    let request = postgres::Request::new(id.uuid().into(), caller, "CreateLine", message);
    Ok(CreateLine { request, by: caller.into(), programme })
}

pub(in crate::grpc) fn set_windows(
    caller: &Caller,
    message: &pb::SetWindowsRequest,
) -> Result<SetWindows, Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    some_of(&mut fields, "rounds", message.rounds.len(), MAX_ROUNDS);
    let rounds = message.rounds.iter().take(MAX_ROUNDS).enumerate();
    let rounds: Vec<Round> = rounds
        .filter_map(|(index, one)| fields.inside(&format!("rounds[{index}]"), |fields| round(fields, one)))
        .collect();
    let (Some(id), Some(programme), true) = (id, programme, fields.all_right()) else {
        return Err(fields.refusal());
    };
    let request = postgres::Request::new(id.uuid().into(), caller, "SetWindows", message);
    Ok(SetWindows { request, by: caller.into(), programme, rounds })
}

fn round(fields: &mut Fields, message: &pb::Round) -> Option<Round> {
    let id = fields.parse("round_id", &message.round_id);
    let opens_at = instant(fields, "opens_at", message.opens_at.as_ref());
    let closes_at = instant(fields, "closes_at", message.closes_at.as_ref());
    Some(Round { id: id?, opens_at: opens_at?, closes_at: closes_at?, state: RoundState::New })
}

fn instant(
    fields: &mut Fields,
    path: &str,
    timestamp: Option<&prost_types::Timestamp>,
) -> Option<DateTime<Utc>> {
    let timestamp = fields.require(path, timestamp)?;
    let Some(instant) = proto::instant(Some(timestamp)) else {
        fields.refuse(path, Reason::DayNotInCalendar);
        return None;
    };
    // A slip of a digit is no window; and sums with durations stay within what PostgreSQL and the calendar know.
    fields.number(path, Day::of(instant), Day::EARLIEST..=Day::LATEST)?;
    // PostgreSQL keeps no more of it, and the same windows again must be the same.
    Some(instant.trunc_subsecs(6))
}

pub(in crate::grpc) fn reserve(
    message: &pb::ReserveRequest,
) -> Result<(ProgrammeId, OperationId, Reservation), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let application = fields.parse("application_id", &message.application_id);
    let person = fields.parse("worker_id", &message.worker_id);
    let round = fields.parse("round_id", &message.round_id);
    let unions = union_chain(&mut fields, &message.union_ids);
    match (id, programme, application, person, round, unions) {
        (Some(id), Some(programme), Some(application), Some(person), Some(round), Some(unions)) => {
            Ok((programme, id, Reservation { application, person, round, unions }))
        }
        _ => Err(fields.refusal()),
    }
}

fn union_chain(fields: &mut Fields, ids: &[String]) -> Option<Vec<UnionId>> {
    some_of(fields, "union_ids", ids.len(), MAX_UNIONS)?;
    let unions = ids.iter().enumerate().map(|(index, id)| fields.parse(&format!("union_ids[{index}]"), id));
    let unions: Vec<Option<UnionId>> = unions.collect();
    let unions: Vec<UnionId> = unions.into_iter().collect::<Option<_>>()?;
    // A union that stands twice in a chain would be above itself.
    if unions.iter().enumerate().any(|(index, union)| unions[..index].contains(union)) {
        fields.refuse("union_ids", Reason::EntryTwice);
        return None;
    }
    Some(unions)
}

/// A list has at least one entry, and at most so many.
fn some_of(fields: &mut Fields, path: &str, count: usize, most: usize) -> Option<()> {
    if count == 0 {
        fields.refuse(path, Reason::FieldRequired);
    } else if count > most {
        fields.refuse(path, Refusal::new(Reason::TooMany).with("max", most));
    }
    (1..=most).contains(&count).then_some(())
}

pub(in crate::grpc) fn release(
    message: &pb::ReleaseRequest,
) -> Result<(ProgrammeId, OperationId, ApplicationId, ReleaseReason), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let application = fields.parse("application_id", &message.application_id);
    let reason = fields.choice::<pb::ReleaseReason>("reason", message.reason).and_then(release_reason);
    match (id, programme, application, reason) {
        (Some(id), Some(programme), Some(application), Some(reason)) => {
            Ok((programme, id, application, reason))
        }
        _ => Err(fields.refusal()),
    }
}

fn release_reason(reason: pb::ReleaseReason) -> Option<ReleaseReason> {
    match reason {
        pb::ReleaseReason::Unspecified => None,
        pb::ReleaseReason::Rejected => Some(ReleaseReason::Rejected),
        pb::ReleaseReason::Withdrawn => Some(ReleaseReason::Withdrawn),
        pb::ReleaseReason::Expired => Some(ReleaseReason::Expired),
        pb::ReleaseReason::ClawedBack => Some(ReleaseReason::ClawedBack),
    }
}

pub(in crate::grpc) fn move_place(
    message: &pb::MoveRequest,
) -> Result<(ProgrammeId, OperationId, MovePlace), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let application = fields.parse("application_id", &message.application_id);
    let unions = union_chain(&mut fields, &message.union_ids);
    match (id, programme, application, unions) {
        (Some(id), Some(programme), Some(application), Some(unions)) => {
            Ok((programme, id, MovePlace { application, unions }))
        }
        _ => Err(fields.refusal()),
    }
}

pub(in crate::grpc) fn confirm(
    message: &pb::ConfirmRequest,
) -> Result<(ProgrammeId, OperationId, ApplicationId), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let application = fields.parse("application_id", &message.application_id);
    match (id, programme, application) {
        (Some(id), Some(programme), Some(application)) => Ok((programme, id, application)),
        _ => Err(fields.refusal()),
    }
}

pub(in crate::grpc) fn end(message: &pb::EndRequest) -> Result<(ProgrammeId, OperationId), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    programme.zip(id).ok_or_else(|| fields.refusal())
}

pub(in crate::grpc) fn get_place(message: &pb::GetPlaceRequest) -> Result<GetPlace, Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse("programme_id", &message.programme_id);
    let application = fields.parse("application_id", &message.application_id);
    match (programme, application) {
        (Some(programme), Some(application)) => Ok(GetPlace { programme, application }),
        _ => Err(fields.refusal()),
    }
}

pub(in crate::grpc) fn list_waiting(message: &pb::ListWaitingRequest) -> Result<ListWaiting, Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse("programme_id", &message.programme_id);
    let pool = fields.parse("pool_id", &message.pool_id);
    let (limit, after) = fields.page(message, |[entered]| entered.parse::<i64>().map(Sequence::from).ok());
    let (Some(programme), Some(pool), true) = (programme, pool, fields.all_right()) else {
        return Err(fields.refusal());
    };
    Ok(ListWaiting { programme, pool, limit, after: after.unwrap_or(Sequence::START) })
}

/// A pool with the union it serves and its seats.
type NewPool = (PoolId, UnionId, u32);

pub(in crate::grpc) fn add_pool(
    message: &pb::AddPoolRequest,
) -> Result<(ProgrammeId, OperationId, NewPool), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let pool = fields.parse("pool_id", &message.pool_id);
    let union = fields.parse("union_id", &message.union_id);
    let seats = seats(&mut fields, message.capacity);
    match (id, programme, pool, union, seats) {
        (Some(id), Some(programme), Some(pool), Some(union), Some(seats)) => {
            Ok((programme, id, (pool, union, seats)))
        }
        _ => Err(fields.refusal()),
    }
}

pub(in crate::grpc) fn set_capacity(
    message: &pb::SetCapacityRequest,
) -> Result<(ProgrammeId, OperationId, (PoolId, u32)), Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let pool = fields.parse("pool_id", &message.pool_id);
    let seats = seats(&mut fields, message.capacity);
    match (id, programme, pool, seats) {
        (Some(id), Some(programme), Some(pool), Some(seats)) => Ok((programme, id, (pool, seats))),
        _ => Err(fields.refusal()),
    }
}

pub(in crate::grpc) fn get_pool(message: &pb::GetPoolRequest) -> Result<(ProgrammeId, PoolId), Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse("programme_id", &message.programme_id);
    let pool = fields.parse("pool_id", &message.pool_id);
    programme.zip(pool).ok_or_else(|| fields.refusal())
}

/// What a message that names a programme and nothing else asks for.
pub(in crate::grpc) fn programme(id: &str) -> Result<ProgrammeId, Refusal> {
    let mut fields = Fields::new();
    fields.parse("programme_id", id).ok_or_else(|| fields.refusal())
}

fn named(
    fields: &mut Fields,
    operation: &str,
    programme: &str,
) -> (Option<OperationId>, Option<ProgrammeId>) {
    let mut id = fields.parse("operation_id", operation);
    if id.take_if(|id| Operation::is_of_a_turn(*id)).is_some() {
        // Somebody else's operation under it would keep a round from opening.
        fields.refuse("operation_id", Refusal::new(Reason::RequestIdReused));
    }
    (id, fields.parse("programme_id", programme))
}

fn seats(fields: &mut Fields, seats: i64) -> Option<u32> {
    let seats = fields.number("capacity", seats, 0..=i64::from(MAX_SEATS))?;
    u32::try_from(seats).ok()
}

pub(in crate::grpc) fn list_checkpoints(
    message: &pb::ListCheckpointsRequest,
) -> Result<ListCheckpoints, Refusal> {
    let mut fields = Fields::new();
    let programme = fields.parse("programme_id", &message.programme_id);
    let (limit, after) = fields.page(message, |[seq]| seq.parse::<i64>().map(Sequence::from).ok());
    let (Some(programme), true) = (programme, fields.all_right()) else { return Err(fields.refusal()) };
    Ok(ListCheckpoints { programme, limit, after: after.unwrap_or(Sequence::START) })
}

pub(in crate::grpc) fn recover(
    caller: &Caller,
    message: &pb::RecoverRequest,
) -> Result<RecoverLine, Refusal> {
    let mut fields = Fields::new();
    let (id, programme) = named(&mut fields, &message.operation_id, &message.programme_id);
    let (Some(id), Some(programme)) = (id, programme) else { return Err(fields.refusal()) };
    let request = postgres::Request::new(id.uuid().into(), caller, "Recover", message);
    Ok(RecoverLine { request, by: caller.into(), programme })
}
