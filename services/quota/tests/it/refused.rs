//! What is right in form, and refused all the same: it leaves no trace, or, where the refusal is itself a decision of the
//! line, one row of the journal, and the same answer for ever.

use chrono::TimeDelta;
use proto::quota as pb;
use refusal::{Reason, Said};
use tonic::Status;
use uuid::Uuid;
use vocabulary::{ApplicationId, OperationId};

use crate::bad_input::{assert_told, busy, operation};
use crate::calls::{Applicant, Programme, round};
use crate::house::House;
use crate::trace::Trace;

/// Sends a message to one replica.
macro_rules! send {
    ($caller:expr, $client:ident.$call:ident($message:expr)) => {
        $caller.$client.clone().$call($message).await.map(drop)
    };
}

/// A programme that is known nowhere; called like the other.
fn nowhere(programme: &Programme) -> Programme {
    Programme { id: "nowhere".parse().unwrap(), ..programme.clone() }
}

/// No call makes a line that is not there, or tells more of it than that.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_programme_is_not_found() {
    let (house, programme, people) = busy().await;
    let before = Trace::settled(&house, &programme).await;
    let nowhere = nowhere(&programme);
    let id = || nowhere.id.to_string();
    let (one, operator) = (people[0].application.to_string(), house.operator("quota-1"));

    let opens = house.now() + TimeDelta::days(9);
    let windows = nowhere.set_windows(vec![round("autumn", opens, opens + TimeDelta::days(1))]).await;
    let asked = pb::MoveRequest {
        operation_id: operation(),
        programme_id: id(),
        application_id: one.clone(),
        union_ids: vec![programme.city.to_string()],
    };
    let moved = send!(nowhere.callers[1], lines.r#move(asked));
    let ended = pb::EndRequest { operation_id: operation(), programme_id: id() };
    let waiting =
        pb::ListWaitingRequest { programme_id: id(), pool_id: "city".to_owned(), ..Default::default() };
    let pool = pb::GetPoolRequest { programme_id: id(), pool_id: "city".to_owned() };
    let place = pb::GetPlaceRequest { programme_id: id(), application_id: one };
    let checkpoints = pb::ListCheckpointsRequest { programme_id: id(), ..Default::default() };
    let recover = pb::RecoverRequest { operation_id: operation(), programme_id: id() };
    let first = programme.first();
    let answers: [(&str, Result<(), Status>); 15] = [
        ("SetWindows", windows.map(drop)),
        ("Reserve", nowhere.reserve(&Applicant::new()).await.map(drop)),
        ("Release", nowhere.release(&people[0]).await.map(drop)),
        ("Move", moved),
        ("Confirm", nowhere.confirm(&people[0]).await.map(drop)),
        ("End", send!(first, lines.end(ended))),
        ("GetPlace", send!(first, lines.get_place(place))),
        ("ListWaiting", send!(first, lines.list_waiting(waiting))),
        ("AddPool", nowhere.add_pool("city", programme.city, 1).await.map(drop)),
        ("SetCapacity", nowhere.set_capacity("city", 1).await.map(drop)),
        ("GetPool", send!(first, pools.get_pool(pool))),
        ("WatchPools", send!(first, pools.watch_pools(pb::WatchPoolsRequest { programme_id: id() }))),
        ("VerifyLine", send!(first, proofs.verify_line(pb::VerifyLineRequest { programme_id: id() }))),
        ("ListCheckpoints", send!(first, proofs.list_checkpoints(checkpoints))),
        ("Recover", send!(operator, proofs.recover(recover))),
    ];
    for (what, answer) in answers {
        assert_told(answer, Reason::NotFound, what);
    }
    before.assert_same(&Trace::of(&house, &programme).await, "an unknown programme");
}

/// a pool, a round or a place that is not there, and windows that cannot be, leave no trace.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_and_leaves_no_trace() {
    let (house, programme, _) = busy().await;
    let before = Trace::settled(&house, &programme).await;
    let id = || programme.id.to_string();
    let [first, second] = programme.callers.clone();

    let asked =
        pb::ReserveRequest { round_id: "winter".to_owned(), ..programme.reservation(&Applicant::new()) };
    for caller in [&first, &second] {
        let answer = send!(caller, lines.reserve(asked.clone()));
        assert_told(answer, Reason::RoundNotOpen, "a round that is unknown");
    }
    let pool_id = || "county".to_owned();
    let asked = pb::GetPoolRequest { programme_id: id(), pool_id: pool_id() };
    assert_told(send!(first, pools.get_pool(asked)), Reason::NotFound, "GetPool");
    let asked = pb::ListWaitingRequest { programme_id: id(), pool_id: pool_id(), ..Default::default() };
    assert_told(send!(second, lines.list_waiting(asked)), Reason::NotFound, "ListWaiting");
    let asked = pb::GetPlaceRequest { programme_id: id(), application_id: ApplicationId::new().to_string() };
    assert_told(send!(first, lines.get_place(asked)), Reason::NotFound, "GetPlace");

    let (opens, day) = (house.now() + TimeDelta::days(9), TimeDelta::days(1));
    let spring = round("spring", house.now() - day, house.now() + day);
    let windows = [
        (Reason::RoundReversed, vec![round("autumn", opens, opens - day)]),
        (Reason::RoundReversed, vec![round("autumn", opens, opens)]),
        (Reason::RoundsOverlap, vec![round("autumn", opens, opens + day); 2]),
        (
            Reason::RoundsOverlap,
            vec![round("autumn", opens, opens + day), round("autumn", opens + day * 2, opens + day * 3)],
        ),
        (Reason::WindowFixed, vec![spring]),
        (Reason::WindowFixed, vec![round("autumn", opens, opens + day)]),
    ];
    for (reason, rounds) in windows {
        assert_told(programme.set_windows(rounds).await.map(drop), reason, "SetWindows");
    }
    // Its fields are in order, but it is too long for what reads it.
    let asked =
        pb::ReserveRequest { round_id: "a".repeat(5 << 20), ..programme.reservation(&Applicant::new()) };
    assert_told(send!(first, lines.reserve(asked)), Reason::MessageTooLarge, "Reserve");
    before.assert_same(&Trace::of(&house, &programme).await, "what is not there");
}

/// an id that is known with another kind or body is refused, by either replica, whichever call it comes with.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_id_is_used_for_one_thing_only() {
    let (house, programme, people) = busy().await;
    let before = Trace::settled(&house, &programme).await;
    let (id, used) = (programme.id.to_string(), people[0].operation.to_string());
    let (union, one) = (programme.city.to_string(), people[0].application.to_string());

    for caller in &programme.callers {
        let other = pb::ReserveRequest {
            operation_id: used.clone(),
            union_ids: vec![union.clone()],
            ..programme.reservation(&people[0])
        };
        let moved = pb::MoveRequest {
            operation_id: used.clone(),
            programme_id: id.clone(),
            application_id: one.clone(),
            union_ids: vec![union.clone()],
        };
        let release = pb::ReleaseRequest {
            operation_id: used.clone(),
            programme_id: id.clone(),
            application_id: one.clone(),
            reason: pb::ReleaseReason::Withdrawn.into(),
        };
        let (operation_id, programme_id) = (used.clone(), id.clone());
        let confirm = pb::ConfirmRequest { operation_id, programme_id, application_id: one.clone() };
        let end = pb::EndRequest { operation_id: used.clone(), programme_id: id.clone() };
        let capacity = pb::SetCapacityRequest {
            operation_id: used.clone(),
            programme_id: id.clone(),
            pool_id: "city".to_owned(),
            capacity: 9,
        };
        let answers: [(&str, Result<(), Status>); 6] = [
            ("Reserve", send!(caller, lines.reserve(other))),
            ("Move", send!(caller, lines.r#move(moved))),
            ("Release", send!(caller, lines.release(release))),
            ("Confirm", send!(caller, lines.confirm(confirm))),
            ("End", send!(caller, lines.end(end))),
            ("SetCapacity", send!(caller, pools.set_capacity(capacity))),
        ];
        for (what, answer) in answers {
            assert_told(answer, Reason::RequestIdReused, what);
        }
    }
    before.assert_same(&Trace::of(&house, &programme).await, "an id that is known");
}

/// Calls beside the line take no id that the line, or one of them, knows for something else.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_the_line_is_none_for_a_call_beside_it() {
    let (house, programme, people) = busy().await;
    let opens = house.now() + TimeDelta::days(9);
    let mut windows = pb::SetWindowsRequest {
        operation_id: operation(),
        programme_id: programme.id.to_string(),
        rounds: vec![
            programme.line().await.rounds[0].clone(),
            round("autumn", opens, opens + TimeDelta::days(1)),
        ],
    };
    programme.first().lines.set_windows(windows.clone()).await.unwrap();
    let before = Trace::settled(&house, &programme).await;
    let [first, second] = programme.callers.clone();
    let used = windows.operation_id.clone();
    let made = pb::CreateLineRequest { operation_id: used, programme_id: programme.id.to_string() };
    assert_told(send!(second, lines.create_line(made.clone())), Reason::RequestIdReused, "CreateLine");

    let known = people[0].operation.to_string();
    windows.operation_id.clone_from(&known);
    assert_told(send!(second, lines.set_windows(windows)), Reason::RequestIdReused, "SetWindows");
    let made = pb::CreateLineRequest { operation_id: known.clone(), ..made };
    assert_told(send!(first, lines.create_line(made)), Reason::RequestIdReused, "CreateLine");
    let recover = pb::RecoverRequest { operation_id: known, programme_id: programme.id.to_string() };
    let operator = house.operator("quota-2");
    assert_told(send!(operator, proofs.recover(recover)), Reason::RequestIdReused, "Recover");
    before.assert_same(&Trace::of(&house, &programme).await, "an id of the line");
}

/// a refusal that is a decision is one row of the journal and nothing else; the same operation gets it
/// again, from either replica, and adds nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_is_decided_is_one_row_and_stands() {
    let (house, programme, people) = busy().await;
    let gone = people[2];
    programme.release(&gone).await.unwrap();
    programme.confirm(&people[1]).await.unwrap();
    let taken = recorded(&house, &programme, Reason::CapacityBelowTaken, async |asked, replica| {
        set_capacity(&programme, asked, replica, "city", 1).await
    });
    assert_eq!(taken.await.text, "已有2人占用名额，名额不能更少");
    recorded(&house, &programme, Reason::NotFound, async |asked, replica| {
        set_capacity(&programme, asked, replica, "county", 1).await
    })
    .await;
    recorded(&house, &programme, Reason::PoolExists, async |asked, replica| {
        let asked = pb::AddPoolRequest {
            operation_id: asked.to_string(),
            programme_id: programme.id.to_string(),
            pool_id: "city".to_owned(),
            union_id: programme.district.to_string(),
            capacity: 100,
        };
        send!(programme.callers[replica], pools.add_pool(asked))
    })
    .await;
    let strangers = [
        (Reason::PersonInLine, Applicant { worker: people[0].worker, ..Applicant::new() }),
        (Reason::ApplicationInLine, Applicant { application: people[0].application, ..Applicant::new() }),
        (Reason::PlaceLeft, Applicant { application: gone.application, ..Applicant::new() }),
    ];
    for (reason, stranger) in strangers {
        recorded(&house, &programme, reason, async |operation, replica| {
            programme.reserve_at(replica, &Applicant { operation, ..stranger }).await.map(drop)
        })
        .await;
    }
    let unknown = ApplicationId::new();
    let places = [
        (Reason::NotFound, unknown),
        (Reason::PlaceLeft, gone.application),
        (Reason::PlaceConfirmed, people[1].application),
    ];
    for (reason, application) in places {
        recorded(&house, &programme, reason, async |asked, replica| {
            confirm(&programme, asked, replica, application).await
        })
        .await;
    }
    programme.first().lines.end(end_of(&programme)).await.unwrap();
    recorded(&house, &programme, Reason::LineEnded, async |asked, replica| {
        confirm(&programme, asked, replica, people[0].application).await
    })
    .await;
}

/// Sends one operation twice to each replica.
async fn recorded(
    house: &House,
    programme: &Programme,
    reason: Reason,
    send: impl AsyncFn(OperationId, usize) -> Result<(), Status>,
) -> Said {
    let before = Trace::settled(house, programme).await;
    let id: OperationId = Uuid::now_v7().into();
    let told = assert_told(send(id, 0).await, reason, "the first time");
    let after = Trace::settled(house, programme).await;
    before.assert_recorded_once(&after, &format!("{reason:?}"));
    for replica in [1, 0, 1] {
        let again = assert_told(send(id, replica).await, reason, "again");
        assert_eq!((again.text, again.metadata), (told.text.clone(), told.metadata.clone()));
    }
    after.assert_same(&Trace::of(house, programme).await, "the same operation again");
    told
}

async fn set_capacity(
    programme: &Programme,
    id: OperationId,
    replica: usize,
    pool: &str,
    capacity: i64,
) -> Result<(), Status> {
    let asked = pb::SetCapacityRequest {
        operation_id: id.to_string(),
        programme_id: programme.id.to_string(),
        pool_id: pool.to_owned(),
        capacity,
    };
    send!(programme.callers[replica], pools.set_capacity(asked))
}

async fn confirm(
    programme: &Programme,
    id: OperationId,
    replica: usize,
    application: ApplicationId,
) -> Result<(), Status> {
    let asked = pb::ConfirmRequest {
        operation_id: id.to_string(),
        programme_id: programme.id.to_string(),
        application_id: application.to_string(),
    };
    send!(programme.callers[replica], lines.confirm(asked))
}

fn end_of(programme: &Programme) -> pb::EndRequest {
    pb::EndRequest { operation_id: operation(), programme_id: programme.id.to_string() }
}

/// There are only so many lines, and one too many is refused before it is made.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_too_many_is_not_made() {
    let house = House::own().await;
    let programme = Programme::bare(&house).await;
    for _ in 1..64 {
        Programme::bare(&house).await;
    }
    let before = Trace::settled(&house, &programme).await;
    let asked = pb::CreateLineRequest { operation_id: operation(), programme_id: "one-too-many".to_owned() };
    for caller in &programme.callers {
        let answer = send!(caller, lines.create_line(asked.clone()));
        let said = assert_told(answer, Reason::LinesTooMany, "CreateLine");
        assert_eq!(said.text, "活动数量已达上限，最多64个");
    }
    before.assert_same(&Trace::of(&house, &programme).await, "a line too many");
}
