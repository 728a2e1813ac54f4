//! Whatever is wrong with what is asked is said clearly, and leaves no trace.

use proto::quota as pb;
use refusal::{Reason, Said};
use tonic::{Code, Status};
use uuid::Uuid;
use vocabulary::{OperationId, UnionId};

use crate::calls::{Applicant, Caller, Programme, round};
use crate::house::House;
use crate::trace::Trace;

/// A field, why it is refused, and what is written into it.
type Fault<M> = (&'static str, Reason, fn(&mut M));

/// What no field of the kind may hold, each with its reason.
macro_rules! faults {
    (@id $message:ty, $field:ident) => {{
        let faults: [Fault<$message>; 5] = [
            (stringify!($field), Reason::FieldRequired, |one| one.$field.clear()),
            (stringify!($field), Reason::IdMalformed, |one| one.$field = "seat-1".to_owned()),
            (stringify!($field), Reason::IdMalformed, |one| one.$field = Uuid::nil().to_string()),
            (stringify!($field), Reason::IdMalformed, |one| one.$field = Uuid::now_v7().simple().to_string()),
            (stringify!($field), Reason::IdMalformed, |one| one.$field = "0".repeat(100_000)),
        ];
        faults
    }};
    (@slug $message:ty, $field:ident) => {{
        let faults: [Fault<$message>; 4] = [
            (stringify!($field), Reason::FieldRequired, |one| one.$field.clear()),
            (stringify!($field), Reason::SlugMalformed, |one| one.$field = "钢城".to_owned()),
            (stringify!($field), Reason::SlugMalformed, |one| one.$field = "a\0b".to_owned()),
            (stringify!($field), Reason::TooLong, |one| one.$field = "a".repeat(65)),
        ];
        faults
    }};
    (@seats $message:ty, $field:ident) => {{
        let faults: [Fault<$message>; 4] = [
            (stringify!($field), Reason::OutOfRange, |one| one.$field = -1),
            (stringify!($field), Reason::OutOfRange, |one| one.$field = 100_001),
            (stringify!($field), Reason::OutOfRange, |one| one.$field = i64::MAX),
            (stringify!($field), Reason::OutOfRange, |one| one.$field = i64::MIN),
        ];
        faults
    }};
    (@chain $message:ty, $field:ident) => {{
        let faults: [Fault<$message>; 6] = [
            ("union_ids", Reason::FieldRequired, |one| one.$field.clear()),
            ("union_ids", Reason::TooMany, |one| one.$field = (0..9).map(|_| UnionId::new().to_string()).collect()),
            ("union_ids", Reason::EntryTwice, |one| one.$field.push(one.$field[0].clone())),
            ("union_ids", Reason::EntryTwice, |one| one.$field.push(one.$field[0].to_uppercase())),
            ("union_ids[1]", Reason::IdMalformed, |one| one.$field[1] = "city".to_owned()),
            ("union_ids[0]", Reason::FieldRequired, |one| one.$field[0].clear()),
        ];
        faults
    }};
    (@page $message:ty, $field:ident) => {{
        let faults: [Fault<$message>; 5] = [
            (stringify!($field), Reason::OutOfRange, |one| one.$field = -1),
            (stringify!($field), Reason::OutOfRange, |one| one.$field = 201),
            (stringify!($field), Reason::OutOfRange, |one| one.$field = i32::MAX),
            ("page_token", Reason::InvalidPageToken, |one| one.page_token = "5".to_owned()),
            ("page_token", Reason::InvalidPageToken, |one| one.page_token = "=\0".repeat(50_000)),
        ];
        faults
    }};
    ($message:ty; $($kind:ident $field:ident),+ $(; $path:literal $reason:ident $write:expr)*) => {{
        let mut faults: Vec<Fault<$message>> = Vec::new();
        $(faults.extend(faults!(@$kind $message, $field));)+
        $(faults.push(($path, Reason::$reason, $write));)*
        faults
    }};
}

/// Sends a message with each of its faults, to one replica and the other.
macro_rules! each_is_refused {
    ($desk:ident, $client:ident.$call:ident($message:expr), $faults:expr) => {{
        let message = $message;
        for (number, (path, reason, write)) in $faults.into_iter().enumerate() {
            let mut bad = message.clone();
            write(&mut bad);
            let mut client = $desk.callers[number % 2].$client.clone();
            let what = format!("{} with {path} {reason:?}", stringify!($call));
            assert_field(client.$call(bad).await.map(drop), path, reason, &what);
        }
    }};
}

/// The one field that is bad is named, with the reason, in Chinese.
#[track_caller]
fn assert_field(answer: Result<(), Status>, path: &str, reason: Reason, what: &str) {
    let said = said(answer, what);
    assert_eq!((said.reason, said.code), (Reason::FieldsInvalid, Code::InvalidArgument), "{what}");
    let named: Vec<_> = said.bad_fields.iter().map(|one| (one.path(), one.reason())).collect();
    assert_eq!(named, [(path, reason)], "{what}");
    assert!(is_chinese(said.bad_fields[0].text()), "{what}: {}", said.bad_fields[0].text());
}

/// It is refused for this reason: with its code and its rule, in Chinese.
#[track_caller]
pub fn assert_told(answer: Result<(), Status>, reason: Reason, what: &str) -> Said {
    let said = said(answer, what);
    assert_eq!((said.reason, said.code), (reason, reason.grpc()), "{what}");
    assert_eq!(said.metadata.get("rule").cloned(), reason.rule().map(|rule| rule.to_string()), "{what}");
    said
}

#[track_caller]
fn said(answer: Result<(), Status>, what: &str) -> Said {
    let status = answer.expect_err(what);
    let said = refusal::said(&status).unwrap_or_else(|| panic!("{what}: {status:?}"));
    assert!(is_chinese(&said.text) && !said.text.contains('{'), "{what}: {}", said.text);
    said
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

pub fn operation() -> String {
    OperationId::new().to_string()
}

/// A house with one line in it: three hold a seat of the city's four, one of them and two more stand in the district's line.
pub async fn busy() -> (House, Programme, Vec<Applicant>) {
    let house = House::own().await;
    let programme = Programme::open(&house, 4, 1).await;
    let people: Vec<Applicant> = (0..3).map(|_| Applicant::new()).collect();
    for applicant in &people {
        programme.reserve(applicant).await.unwrap();
    }
    (house, programme, people)
}

/// bad fields of the calls that change a place.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_of_places_leave_no_trace() {
    let (house, programme, people) = busy().await;
    let before = Trace::settled(&house, &programme).await;
    let (id, one) = (programme.id.to_string(), people[0].application.to_string());

    each_is_refused!(
        programme,
        lines.reserve(programme.reservation(&Applicant::new())),
        faults! {
            pb::ReserveRequest; id operation_id, slug programme_id, id application_id, id worker_id, slug round_id, chain union_ids
        }
    );
    let message = pb::MoveRequest {
        operation_id: operation(),
        programme_id: id.clone(),
        application_id: one.clone(),
        union_ids: vec![programme.district.to_string(), programme.city.to_string()],
    };
    each_is_refused!(
        programme,
        lines.r#move(message),
        faults! {
            pb::MoveRequest; id operation_id, slug programme_id, id application_id, chain union_ids
        }
    );
    let message = pb::ReleaseRequest {
        operation_id: operation(),
        programme_id: id.clone(),
        application_id: one.clone(),
        reason: pb::ReleaseReason::Withdrawn.into(),
    };
    each_is_refused!(
        programme,
        lines.release(message),
        faults! {
            pb::ReleaseRequest; id operation_id, slug programme_id, id application_id;
            "reason" FieldRequired |one| one.reason = 0;
            "reason" ChoiceUnknown |one| one.reason = 5;
            "reason" ChoiceUnknown |one| one.reason = -1
        }
    );
    let message = pb::ConfirmRequest {
        operation_id: operation(),
        programme_id: id.clone(),
        application_id: one.clone(),
    };
    each_is_refused!(
        programme,
        lines.confirm(message),
        faults! {
            pb::ConfirmRequest; id operation_id, slug programme_id, id application_id
        }
    );
    let message = pb::GetPlaceRequest { programme_id: id, application_id: one };
    each_is_refused!(
        programme,
        lines.get_place(message),
        faults! {
            pb::GetPlaceRequest; slug programme_id, id application_id
        }
    );

    before.assert_same(&Trace::of(&house, &programme).await, "bad fields");
}

/// bad fields of the calls about pools.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_of_pools_leave_no_trace() {
    let (house, programme, _) = busy().await;
    let before = Trace::settled(&house, &programme).await;
    let (id, pool_id) = (programme.id.to_string(), "city".to_owned());

    let message = pb::AddPoolRequest {
        operation_id: operation(),
        programme_id: id.clone(),
        pool_id: "county".to_owned(),
        union_id: programme.city.to_string(),
        capacity: 1,
    };
    each_is_refused!(
        programme,
        pools.add_pool(message),
        faults! {
            pb::AddPoolRequest; id operation_id, slug programme_id, slug pool_id, id union_id, seats capacity
        }
    );
    let message = pb::SetCapacityRequest {
        operation_id: operation(),
        programme_id: id.clone(),
        pool_id: pool_id.clone(),
        capacity: 9,
    };
    each_is_refused!(
        programme,
        pools.set_capacity(message),
        faults! {
            pb::SetCapacityRequest; id operation_id, slug programme_id, slug pool_id, seats capacity
        }
    );
    let message = pb::GetPoolRequest { programme_id: id.clone(), pool_id: pool_id.clone() };
    each_is_refused!(
        programme,
        pools.get_pool(message),
        faults! {
            pb::GetPoolRequest; slug programme_id, slug pool_id
        }
    );
    let message = pb::WatchPoolsRequest { programme_id: id.clone() };
    each_is_refused!(
        programme,
        pools.watch_pools(message),
        faults! { pb::WatchPoolsRequest; slug programme_id }
    );
    let message = pb::ListWaitingRequest { programme_id: id, pool_id, ..pb::ListWaitingRequest::default() };
    each_is_refused!(
        programme,
        lines.list_waiting(message),
        faults! {
            pb::ListWaitingRequest; slug programme_id, slug pool_id, page page_size
        }
    );

    before.assert_same(&Trace::of(&house, &programme).await, "bad fields");
}

/// bad fields of the calls about lines as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_of_lines_leave_no_trace() {
    let (house, programme, _) = busy().await;
    let operator = Operators { callers: [house.operator("quota-1"), house.operator("quota-2")] };
    let before = Trace::settled(&house, &programme).await;
    let programme_id = programme.id.to_string();

    let message = pb::CreateLineRequest { operation_id: operation(), programme_id: "p-new".to_owned() };
    each_is_refused!(
        programme,
        lines.create_line(message),
        faults! {
            pb::CreateLineRequest; id operation_id, slug programme_id
        }
    );
    let opens = house.now() + chrono::TimeDelta::days(9);
    let message = pb::SetWindowsRequest {
        operation_id: operation(),
        programme_id: programme_id.clone(),
        rounds: vec![round("autumn", opens, opens + chrono::TimeDelta::days(1))],
    };
    each_is_refused!(
        programme,
        lines.set_windows(message),
        faults! {
            pb::SetWindowsRequest; id operation_id, slug programme_id;
            "rounds" FieldRequired |one| one.rounds.clear();
            "rounds" TooMany |one| one.rounds = vec![one.rounds[0].clone(); 11];
            "rounds[0].round_id" FieldRequired |one| one.rounds[0].round_id.clear();
            "rounds[0].round_id" TooLong |one| one.rounds[0].round_id = "a".repeat(65);
            "rounds[0].opens_at" FieldRequired |one| one.rounds[0].opens_at = None;
            "rounds[0].closes_at" DayNotInCalendar |one| one.rounds[0].closes_at = Some(prost_types::Timestamp { seconds: i64::MIN, nanos: 0 })
        }
    );
    let message = pb::EndRequest { operation_id: operation(), programme_id: programme_id.clone() };
    each_is_refused!(
        programme,
        lines.end(message),
        faults! { pb::EndRequest; id operation_id, slug programme_id }
    );
    let message = pb::GetLineRequest { programme_id: programme_id.clone() };
    each_is_refused!(programme, proofs.get_line(message), faults! { pb::GetLineRequest; slug programme_id });
    let message = pb::VerifyLineRequest { programme_id: programme_id.clone() };
    each_is_refused!(
        programme,
        proofs.verify_line(message),
        faults! { pb::VerifyLineRequest; slug programme_id }
    );
    let message = pb::ListCheckpointsRequest {
        programme_id: programme_id.clone(),
        ..pb::ListCheckpointsRequest::default()
    };
    each_is_refused!(
        programme,
        proofs.list_checkpoints(message),
        faults! {
            pb::ListCheckpointsRequest; slug programme_id, page page_size
        }
    );
    let message = pb::RecoverRequest { operation_id: operation(), programme_id };
    each_is_refused!(
        operator,
        proofs.recover(message),
        faults! { pb::RecoverRequest; id operation_id, slug programme_id }
    );

    before.assert_same(&Trace::of(&house, &programme).await, "bad fields");
}

struct Operators {
    callers: [Caller; 2],
}
