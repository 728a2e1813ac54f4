//! `CorrectApplication`: returned, corrected, and back at the step that asked.

use proto::review::{CaseState, Decision};
use proto::subsidy::{ApplicationState, CorrectApplicationRequest, TimelineKind};
use refusal::Reason;
use testkit::{Applicant, Gangcheng, WHOLE_WORD, assert_missing, assert_refused, eventually, request_id};

use crate::calls::{correct, draft, moves_to, submitted, times};
use crate::city::{OPEN, shared};

/// the worker sees what to correct until when, corrects it, and keeps the place; it comes back to the step that asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_goes_back_to_the_step_that_asked() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let returned = returned(ground, &applicant).await;
    assert_eq!(returned.correction, "户籍所在地请填写到门牌号");
    assert_eq!(returned.correct_by, "2021-05-20");
    let change = moves_to(&applicant, "山东省济南市钢城区艾山街道1号");
    applicant.worker.api.applications().update_application(change).await.unwrap();

    let status = assert_refused(correct(&applicant).await, Reason::ApplicationIncomplete);
    assert_missing(&status, "form", Reason::FormNotPrinted);
    assert_missing(&status, "materials.stamped_form", Reason::FormRevisionOld);
    applicant.upload_form().await;
    let corrected = correct(&applicant).await.unwrap().into_inner().application.unwrap();

    assert_eq!((corrected.state(), corrected.revision), (ApplicationState::InReview, 2));
    assert_eq!(corrected.receipt, returned.receipt, "the place is kept");
    assert_eq!((corrected.correction.as_str(), corrected.correct_by.as_str()), ("", ""));
    assert_eq!(corrected.timeline.last().unwrap().kind(), TimelineKind::Corrected);
    assert_eq!(times(ground, &applicant, "APPLICATION_CORRECTED").await, 1);
    let case = ground.case_of(&applicant, &ground.street).await;
    assert_eq!((case.state(), case.current_step, case.revision), (CaseState::InReview, 0, 2));
}

/// a correction that changes nothing is one too; sent twice, it is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_repeated_is_one_correction() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    returned(ground, &applicant).await;
    let request = CorrectApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        four_things: Some(WHOLE_WORD),
    };
    let correct = async |request| applicant.worker.api.applications().correct_application(request).await;

    let first = correct(request.clone()).await.unwrap().into_inner();

    assert_eq!(correct(request.clone()).await.unwrap().into_inner(), first);
    assert_eq!(times(ground, &applicant, "APPLICATION_CORRECTED").await, 1);
    let other = CorrectApplicationRequest { four_things: None, ..request };
    assert_refused(correct(other).await, Reason::RequestIdReused);
}

/// a correction needs the worker's word on the four things as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_needs_the_whole_word() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    returned(ground, &applicant).await;
    let request = CorrectApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        four_things: None,
    };

    let answer = applicant.worker.api.applications().correct_application(request).await;

    let status = assert_refused(answer, Reason::ApplicationIncomplete);
    assert_missing(&status, "four_things.signed", Reason::FourThingsMissing);
    assert_eq!(applicant.now().await.state(), ApplicationState::Returned);
}

/// only what was returned is corrected, and only by its worker.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_returned_application_is_corrected() {
    let ground = shared().await;
    let (applicant, other) = (draft(ground, OPEN).await, draft(ground, OPEN).await);

    assert_refused(correct(&applicant).await, Reason::NotReturned);
    let anothers = Applicant { worker: other.worker, ..applicant };
    assert_refused(correct(&anothers).await, Reason::NotFound);
}

/// The street returns the application, and its worker hears of it.
async fn returned(ground: &Gangcheng, applicant: &Applicant) -> proto::subsidy::Application {
    let case = ground.case_of(applicant, &ground.street).await;
    ground.street.decide(&case, Decision::Return, "户籍所在地请填写到门牌号", "2021-05-20").await;
    eventually("the worker hears of the return", async || {
        let now = applicant.now().await;
        (now.state() == ApplicationState::Returned).then_some(now)
    })
    .await
}
