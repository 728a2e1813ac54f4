//! Agreeing to a major: the unit's union, or the chosen one where the unit has none.

use proto::enrollment::{AgreeMajorRequest, AgreeMajorResponse, Enrollment};
use proto::identity::OfficialRole::Finance;
use refusal::Reason;
use testkit::{Api, assert_field, assert_refused, request_id};
use tonic::{Response, Status};
use uuid::Uuid;

use crate::house::{self, seen};

/// the unit's union agrees; the first time counts, and the trail has it once.
#[tokio::test(flavor = "multi_thread")]
async fn the_unit_union_agrees_once() {
    let house = house::shared().await;
    let (worker, enrollment) = house.student().await;
    let request = agreement(&enrollment);

    let first = agree(&house.unit.api, request.clone()).await.unwrap().into_inner();
    let again = agree(&house.unit.api, request.clone()).await.unwrap().into_inner();
    let anew = agree(&house.unit.api, agreement(&enrollment)).await.unwrap().into_inner();

    assert_eq!((&first, &first), (&again, &anew));
    let agreed = first.enrollment.unwrap();
    assert!(agreed.major_agreed && agreed.major_agreed_at.is_some());
    assert_eq!(seen(&worker.api, &enrollment.id).await, agreed);
    let trail = house.trail(format!("enrollment:{}", enrollment.id)).await;
    let told: Vec<_> = trail.iter().map(|one| (one.action.as_str(), one.actor.as_str())).collect();
    let (by, enrolled) = (format!("official:{}", house.unit.id), format!("worker:{}", worker.id));
    assert_eq!(told, [("MAJOR_AGREED", by.as_str()), ("WORKER_ENROLLED", enrolled.as_str())]);

    let (_, other) = house.student().await;
    let other = AgreeMajorRequest { enrollment_id: other.id, ..request };
    assert_refused(agree(&house.unit.api, other).await, Reason::RequestIdReused);
}

/// no union above agrees in the unit union's place, and one beside it sees nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_agrees_for_the_unit_union() {
    let house = house::shared().await;
    let (worker, enrollment) = house.student().await;

    for above in [&house.street, &house.district, &house.federation] {
        assert_refused(agree(&above.api, agreement(&enrollment)).await, Reason::MajorNotYours);
    }
    assert_refused(agree(&house.other_street.api, agreement(&enrollment)).await, Reason::NotFound);
    assert!(!seen(&worker.api, &enrollment.id).await.major_agreed);
}

/// where the unit has no union, the chosen one agrees.
#[tokio::test(flavor = "multi_thread")]
async fn the_chosen_union_agrees_where_there_is_no_unit_union() {
    let house = house::shared().await;
    let (worker, enrollment) = house.student_without_unit().await;

    assert_refused(agree(&house.unit.api, agreement(&enrollment)).await, Reason::NotFound);
    assert_refused(agree(&house.district.api, agreement(&enrollment)).await, Reason::MajorNotYours);
    agree(&house.street.api, agreement(&enrollment)).await.unwrap();

    assert!(seen(&worker.api, &enrollment.id).await.major_agreed);
}

/// agreeing is for reviewers.
#[tokio::test(flavor = "multi_thread")]
async fn only_reviewers_agree() {
    let house = house::shared().await;
    let (worker, enrollment) = house.student().await;
    let finance = house.unit.takes(&house.unit.union_id, false, "machine.works.finance", &[Finance]).await;

    assert_refused(agree(&finance.api, agreement(&enrollment)).await, Reason::RoleRequired);
    assert_refused(agree(&worker.api, agreement(&enrollment)).await, Reason::CallerNotAllowed);
    assert_refused(agree(&house.gateway(), agreement(&enrollment)).await, Reason::CallerNotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let answer = agree(&house.unit.api, AgreeMajorRequest::default()).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "enrollment_id", Reason::FieldRequired);
    let nothing = AgreeMajorRequest { request_id: request_id(), enrollment_id: Uuid::now_v7().to_string() };
    assert_refused(agree(&house.unit.api, nothing).await, Reason::NotFound);
}

fn agreement(enrollment: &Enrollment) -> AgreeMajorRequest {
    AgreeMajorRequest { request_id: request_id(), enrollment_id: enrollment.id.clone() }
}

async fn agree(api: &Api, request: AgreeMajorRequest) -> Result<Response<AgreeMajorResponse>, Status> {
    api.enrollments().agree_major(request).await
}
