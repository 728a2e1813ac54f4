//! `SubmitApplication`: one place, one receipt.

use auth::{Channel, Person};
use proto::subsidy::{ApplicationState, SubmitApplicationRequest, TimelineKind};
use refusal::Reason;
use testkit::{Applicant, WHOLE_WORD, Worker, assert_field, assert_refused, eventually, request_id};

use crate::calls::{draft, line, place, submitted, times, withdraw};
use crate::city::{CLOSED, NOT_YET, OPEN, shared};

/// a submission gets an arrival number and stands in every pool; the receipt is what quota holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_gets_a_place_and_a_receipt() {
    let ground = shared().await;
    let applicant = ground.applicant(OPEN).await;

    let receipt = applicant.submit().await;

    let pools: Vec<_> = receipt.standings.iter().map(|one| (one.pool_id.as_str(), one.seated)).collect();
    assert_eq!(pools, [("city", true), ("gangcheng", true)], "subsidies add up");
    let place = place(ground, &applicant).await.unwrap();
    assert_eq!(
        (receipt.arrival_number, receipt.sequence, &receipt.chain),
        (place.arrival_number, place.sequence, &place.chain)
    );
    let now = applicant.now().await;
    assert_eq!((now.state(), now.receipt.as_ref()), (ApplicationState::InReview, Some(&receipt)));
    assert_eq!(now.timeline[0].kind(), TimelineKind::Submitted);
    assert_eq!(times(ground, &applicant, "APPLICATION_SUBMITTED").await, 1);
}

/// asked again, by the same request or by another, the same receipt is answered, and there is one place.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_repeated_gets_the_same_receipt() {
    let ground = shared().await;
    let applicant = ground.applicant(OPEN).await;
    let (id, request_id) = (&applicant.application.id, request_id());
    let submit = async |request_id: &str| applicant.worker.submit(id, request_id).await;

    let first = submit(&request_id).await.unwrap().into_inner();

    assert_eq!(submit(&request_id).await.unwrap().into_inner(), first);
    assert_eq!(applicant.submit().await, first.receipt.unwrap());
    assert_eq!(times(ground, &applicant, "APPLICATION_SUBMITTED").await, 1);
    let other = SubmitApplicationRequest { request_id, application_id: id.clone(), four_things: None };
    let answer = applicant.worker.api.applications().submit_application(other).await;
    assert_refused(answer, Reason::RequestIdReused);
}

/// two submissions at once, from app and WeChat, make one application.
#[tokio::test(flavor = "multi_thread")]
async fn two_channels_make_one_application() {
    let ground = shared().await;
    let applicant = ground.applicant(OPEN).await;
    let id = applicant.worker.id.parse().unwrap();
    let wechat = auth::Worker { id, channel: Channel::WeChat };
    let api = ground.city.person(Person::Worker(&wechat));
    let other_phone = Worker { api, ..applicant.worker.clone() };
    let (application, first, second) = (&applicant.application.id, request_id(), request_id());

    let (app, wechat) =
        tokio::join!(applicant.worker.submit(application, &first), other_phone.submit(application, &second));

    let receipt = app.unwrap().into_inner().receipt;
    assert_eq!(wechat.unwrap().into_inner().receipt, receipt);
    assert_eq!(times(ground, &applicant, "APPLICATION_SUBMITTED").await, 1);
    assert_eq!(place(ground, &applicant).await.unwrap().arrival_number, receipt.unwrap().arrival_number);
}

/// nobody is admitted before the window opens or after it closes; the draft stays a draft.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_admitted_outside_the_window() {
    let ground = shared().await;
    let early = ground.applicant(NOT_YET).await;
    let student = (early.person.clone(), early.worker.clone(), early.enrollment.clone());
    let late = ground.apply_with(CLOSED, student.0, student.1, student.2).await;

    let too_early = early.worker.submit(&early.application.id, &request_id()).await;
    assert_refused(too_early, Reason::RoundNotOpen);
    let too_late = late.worker.submit(&late.application.id, &request_id()).await;
    assert_refused(too_late, Reason::RoundNotOpen);

    for (applicant, programme) in [(&early, NOT_YET), (&late, CLOSED)] {
        assert_eq!(applicant.now().await.state(), ApplicationState::Draft);
        assert_eq!(times(ground, applicant, "APPLICATION_NOT_ADMITTED").await, 1);
        assert_eq!(line(ground, programme).await.arrivals, 0);
    }
}

/// once a level, ever: in whatever programme.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_submits_twice_for_a_level() {
    let ground = shared().await;
    let first = submitted(ground, OPEN).await;
    let Applicant { person, worker, enrollment, .. } = first.clone();
    let second = ground.apply_with(NOT_YET, person, worker, enrollment).await;

    let answer = second.worker.submit(&second.application.id, &request_id()).await;

    assert_refused(answer, Reason::AppliedBefore);
    assert_eq!(second.now().await.state(), ApplicationState::Draft);
}

/// who has withdrawn may come again, behind everybody; the first number is never used again.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_withdrawn_comes_again_at_the_end() {
    let ground = shared().await;
    let first = ground.applicant(OPEN).await;
    let left = first.submit().await.arrival_number;
    let behind = submitted(ground, OPEN).await.now().await.receipt.unwrap().arrival_number;
    withdraw(&first).await.unwrap();
    eventually("quota has released the place", async || {
        let place = place(ground, &first).await.unwrap();
        place.state() == proto::quota::PlaceState::Released
    })
    .await;

    let Applicant { person, worker, enrollment, .. } = first.clone();
    let again = ground.apply_with(OPEN, person, worker, enrollment).await;
    let receipt = again.submit().await;

    assert_ne!(again.application.id, first.application.id);
    assert!(receipt.arrival_number > behind && behind > left, "{left}, {behind}, {receipt:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_own_application_is_submitted() {
    let ground = shared().await;
    let (applicant, other) = (draft(ground, OPEN).await, draft(ground, OPEN).await);

    let anothers = other.worker.submit(&applicant.application.id, &request_id()).await;
    assert_refused(anothers, Reason::NotFound);
    let request = SubmitApplicationRequest { four_things: Some(WHOLE_WORD), ..Default::default() };
    let answer = other.worker.api.applications().submit_application(request).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "application_id", Reason::FieldRequired);
}

/// what was withdrawn as a draft is not submitted.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_is_not_submitted() {
    let applicant = draft(shared().await, OPEN).await;
    withdraw(&applicant).await.unwrap();

    let answer = applicant.worker.submit(&applicant.application.id, &request_id()).await;

    assert_refused(answer, Reason::ApplicationEnded);
}
