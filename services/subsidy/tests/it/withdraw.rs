//! `WithdrawApplication`.

use proto::quota::PlaceState;
use proto::review::{CaseState, Decision};
use proto::subsidy::{ApplicationState, TimelineKind, WithdrawApplicationRequest};
use refusal::Reason;
use testkit::{Applicant, assert_field, assert_refused, eventually};

use crate::calls::{draft, place, submitted, times, withdraw, withdrawal};
use crate::city::{OPEN, shared};

/// a withdrawn application gives up its place, and its case ends.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_gives_up_its_place() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let case = ground.case_of(&applicant, &ground.street).await;

    let withdrawn = withdraw(&applicant).await.unwrap().into_inner().application.unwrap();

    assert_eq!(withdrawn.state(), ApplicationState::Withdrawn);
    assert_eq!(withdrawn.timeline.last().unwrap().kind(), TimelineKind::Withdrawn);
    assert_eq!(applicant.now().await, withdrawn);
    assert_eq!(times(ground, &applicant, "APPLICATION_WITHDRAWN").await, 1);
    eventually("quota has released the place", async || {
        let place = place(ground, &applicant).await.unwrap();
        place.state() == PlaceState::Released
    })
    .await;
    eventually("the case has ended", async || {
        let case = ground.street.look_at(&case.id).await;
        case.state() == CaseState::Ended
    })
    .await;
}

/// a draft has no place to give up.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_withdrawn_too() {
    let ground = shared().await;
    let applicant = draft(ground, OPEN).await;

    withdraw(&applicant).await.unwrap();

    assert_eq!(applicant.now().await.state(), ApplicationState::Withdrawn);
    assert_refused(place(ground, &applicant).await.map(tonic::Response::new), Reason::NotFound);
    let again = applicant.worker.create_application(OPEN, &applicant.enrollment.id).await;
    assert_ne!(again.id, applicant.application.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_repeated_is_one_withdrawal() {
    let ground = shared().await;
    let (applicant, other) = (draft(ground, OPEN).await, draft(ground, OPEN).await);
    let request = withdrawal(&applicant);
    let withdraw = async |request| applicant.worker.api.applications().withdraw_application(request).await;

    let first = withdraw(request.clone()).await.unwrap().into_inner();

    assert_eq!(withdraw(request.clone()).await.unwrap().into_inner(), first);
    assert_eq!(times(ground, &applicant, "APPLICATION_WITHDRAWN").await, 1);
    let mut reused = withdrawal(&other);
    reused.request_id = request.request_id;
    assert_refused(withdraw(reused).await, Reason::RequestIdReused);
}

/// what has ended, or is finally approved, is not withdrawn.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_is_not_withdrawn() {
    let ground = shared().await;
    let ended = draft(ground, OPEN).await;
    withdraw(&ended).await.unwrap();
    assert_refused(withdraw(&ended).await, Reason::ApplicationEnded);

    let rejected = submitted(ground, OPEN).await;
    let case = ground.case_of(&rejected, &ground.street).await;
    ground.street.decide(&case, Decision::Reject, "材料不符", "").await;
    rejected.wait_for(ApplicationState::Rejected).await;
    assert_refused(withdraw(&rejected).await, Reason::ApplicationEnded);

    let approved = submitted(ground, OPEN).await;
    ground.approve(&approved).await;
    assert_refused(withdraw(&approved).await, Reason::ApplicationEnded);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_withdraws_anothers_application() {
    let ground = shared().await;
    let (applicant, other) = (draft(ground, OPEN).await, draft(ground, OPEN).await);

    let anothers = Applicant { worker: other.worker.clone(), ..applicant.clone() };
    assert_refused(withdraw(&anothers).await, Reason::NotFound);
    let nothing = WithdrawApplicationRequest::default();
    let answer = other.worker.api.applications().withdraw_application(nothing).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_eq!(applicant.now().await.state(), ApplicationState::Draft);
}
