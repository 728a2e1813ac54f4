//! Taking a place in line.

use std::collections::BTreeSet;

use futures::future::join_all;
use proto::quota as pb;
use quota::domain::Operation;
use refusal::Reason;
use vocabulary::{ApplicationId, OperationId};

use crate::calls::{Applicant, Programme, assert_refused, stands};
use crate::house::shared;

/// two thousand at once at two replicas: arrival numbers without gaps, seats to the first, none twice.
#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_at_once_get_the_seats_there_are() {
    let programme = Programme::open(shared().await, 300, 50).await;
    let applicants: Vec<Applicant> = (0..2_000).map(|_| Applicant::new()).collect();

    let reserve = |(index, applicant)| programme.reserve_until_answered(applicant, index % 2);
    let mut places = join_all(applicants.iter().enumerate().map(reserve)).await;

    places.sort_by_key(|place| place.arrival_number);
    let arrivals: Vec<i64> = places.iter().map(|place| place.arrival_number).collect();
    assert_eq!(arrivals, (1..=2_000).collect::<Vec<_>>());
    for (index, place) in places.iter().enumerate() {
        for (pool, seats) in [("city", 300), ("district", 50)] {
            let number = i64::try_from(index).unwrap() + 1;
            let expected = if number <= seats { number } else { seats - number };
            assert_eq!(stands(place, pool), expected, "arrival {number} in {pool}");
        }
    }
    let pool = programme.pool("district").await;
    assert_eq!((pool.capacity, pool.taken, pool.waiting), (50, 50, 1_950));
    let chains: BTreeSet<&str> = places.iter().map(|place| place.chain.as_str()).collect();
    assert_eq!(chains.len(), 2_000, "each receipt quotes the chain at its own operation");
}

/// who was answered before another was sent has the smaller number, whichever replicas they went to.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_answered_before_another_was_sent_is_first() {
    let programme = Programme::open(shared().await, 10, 10).await;
    let mut last = 0;
    for turn in 0..20 {
        let (one, other) = (Applicant::new(), Applicant::new());
        let (one, other) =
            tokio::join!(programme.reserve_at(turn % 2, &one), programme.reserve_at((turn + 1) % 2, &other));
        let (one, other) = (one.unwrap().arrival_number, other.unwrap().arrival_number);
        assert!(one.min(other) > last, "{one} and {other} came after {last} was told");
        last = one.max(other);
    }
}

/// the same operation gets the decision first recorded, for ever; what happened since is a separate read.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_operation_gets_the_same_answer() {
    let programme = Programme::open(shared().await, 5, 0).await;
    let applicant = Applicant::new();

    let (one, other) = tokio::join!(programme.reserve_at(0, &applicant), programme.reserve_at(1, &applicant));
    let first = one.unwrap();
    assert_eq!(first, other.unwrap());

    programme.release(&applicant).await.unwrap();
    assert_eq!(programme.reserve_at(1, &applicant).await.unwrap(), first);
    assert_eq!(programme.place(&applicant).await.state(), pb::PlaceState::Released);
}

/// one id, two bodies: the second is refused and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_id_is_not_used_for_something_else() {
    let programme = Programme::open(shared().await, 5, 0).await;
    let applicant = Applicant::new();
    programme.reserve(&applicant).await.unwrap();

    let other = Applicant { application: ApplicationId::new(), ..applicant };
    assert_refused(programme.reserve_at(1, &other).await, Reason::RequestIdReused);

    let mut asked = pb::ReleaseRequest {
        operation_id: applicant.operation.to_string(),
        programme_id: programme.id.to_string(),
        application_id: applicant.application.to_string(),
        reason: pb::ReleaseReason::Rejected.into(),
    };
    assert_refused(programme.first().lines.release(asked.clone()).await, Reason::RequestIdReused);
    asked.operation_id = OperationId::new().to_string();
    programme.first().lines.release(asked).await.unwrap();
}

/// one live place a person, even for two applications at once; who has left may come again with another.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_live_place() {
    let programme = Programme::open(shared().await, 5, 5).await;
    let app = Applicant::new();
    let wechat = Applicant { worker: app.worker, ..Applicant::new() };

    let (one, other) = tokio::join!(programme.reserve_at(0, &app), programme.reserve_at(1, &wechat));
    let (winner, loser, refused) = if one.is_ok() { (app, wechat, other) } else { (wechat, app, one) };
    assert_refused(refused, Reason::PersonInLine);
    assert_refused(programme.reserve_at(1, &loser).await, Reason::PersonInLine);

    let again = Applicant { operation: OperationId::new(), ..winner };
    assert_refused(programme.reserve(&again).await, Reason::ApplicationInLine);

    programme.release(&winner).await.unwrap();
    let third = Applicant { worker: app.worker, ..Applicant::new() };
    assert_eq!(programme.reserve(&third).await.unwrap().arrival_number, 2);
    assert_refused(
        programme.reserve(&Applicant { operation: OperationId::new(), ..winner }).await,
        Reason::PlaceLeft,
    );
}

/// Every bad field is named at once, and what does not exist is not found.
#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named_together() {
    let programme = Programme::open(shared().await, 1, 1).await;
    let asked = pb::ReserveRequest { programme_id: "Ünknown".to_owned(), ..pb::ReserveRequest::default() };
    let status = programme.first().lines.reserve(asked).await.unwrap_err();
    let said = refusal::said(&status).unwrap();
    assert_eq!(said.reason, Reason::FieldsInvalid);
    let mut paths: Vec<&str> = said.bad_fields.iter().map(refusal::Violation::path).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        ["application_id", "operation_id", "programme_id", "round_id", "union_ids", "worker_id"]
    );

    let of_the_line = Operation::opening(&programme.id, &"spring".parse().unwrap()).id;
    let taken = Applicant { operation: of_the_line, ..Applicant::new() };
    let status = programme.reserve(&taken).await.unwrap_err();
    let said = refusal::said(&status).unwrap();
    assert_eq!(said.bad_fields.iter().map(refusal::Violation::path).collect::<Vec<_>>(), ["operation_id"]);

    let nowhere = Programme { id: "nowhere".parse().unwrap(), ..programme };
    assert_refused(nowhere.reserve(&Applicant::new()).await, Reason::NotFound);
}
