//! A returned case comes back to the step that asked, and the place is kept.

use proto::quota::{GetPlaceRequest, Place};
use proto::review::{CaseState, Decision};
use proto::subsidy::{
    ApplicationFields, ApplicationState, CorrectApplicationRequest, WithdrawApplicationRequest,
};
use refusal::Reason;
use testkit::{Applicant, Gangcheng, Official, WHOLE_WORD, assert_refused, eventually, fields, request_id};

use crate::calls::{decided, pass, send_back};
use crate::ground::{PROGRAMME, shared, submitted};

/// The worker moves house, which makes a new revision, and sends the correction.
async fn correct(gangcheng: &Gangcheng, applicant: &Applicant, reviewer: &Official) -> proto::review::Case {
    applicant.wait_for(ApplicationState::Returned).await;
    let household = "山东省济南市钢城区艾山街道二村".to_owned();
    let fields = ApplicationFields { household, ..fields(&applicant.person) };
    applicant.worker.fill_in(&applicant.application.id, fields).await.unwrap();
    applicant.upload_form().await;
    let request = CorrectApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        four_things: Some(WHOLE_WORD),
    };
    applicant.worker.api.applications().correct_application(request).await.unwrap();
    gangcheng.case_of(applicant, reviewer).await
}

async fn place(applicant: &Applicant) -> Place {
    let (programme_id, application_id) = (PROGRAMME.to_owned(), applicant.application.id.clone());
    let request = GetPlaceRequest { programme_id, application_id };
    applicant.worker.api.lines().get_place(request).await.unwrap().into_inner().place.unwrap()
}

/// what the district returns keeps its place and comes back to the district; the street's pass stands, and what
/// was seen before the correction decides nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_comes_back_to_the_step_that_asked() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let seen = decided(pass(&gangcheng.street, &case).await);
    let before = place(&applicant).await;

    let returned = decided(send_back(&gangcheng.district, &seen, "2021-05-20").await);

    assert_eq!((returned.state(), returned.current_step), (CaseState::Returned, 1));
    assert_eq!((returned.correction.as_str(), returned.correct_by.as_str()), ("公章不清", "2021-05-20"));
    assert_eq!(returned.steps[1].decision(), Decision::Return);
    assert_refused(pass(&gangcheng.district, &seen).await, Reason::CaseAwaitsCorrection);

    let corrected = correct(gangcheng, &applicant, &gangcheng.district).await;

    assert_eq!((corrected.state(), corrected.current_step), (CaseState::InReview, 1));
    assert_eq!((corrected.revision, corrected.correction.as_str()), (2, ""));
    let decisions: Vec<Decision> = corrected.steps.iter().map(proto::review::Step::decision).collect();
    let open = Decision::Unspecified;
    assert_eq!(decisions, [Decision::Pass, open, open, open]);
    assert_eq!(place(&applicant).await, before);
    assert_refused(pass(&gangcheng.district, &seen).await, Reason::RevisionChanged);
    assert_eq!(decided(pass(&gangcheng.district, &corrected).await).current_step, 2);
}

/// a correction is due between tomorrow and the end of the review window.
#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_due_within_the_review_window() {
    let gangcheng = shared().await;
    let (_, case) = submitted(gangcheng, PROGRAMME).await;
    for day in ["2021-05-09", "2021-05-10", "2021-06-08"] {
        assert_refused(send_back(&gangcheng.street, &case, day).await, Reason::CorrectionDayOutOfReview);
    }
    assert_eq!(gangcheng.street.look_at(&case.id).await, case);
    let returned = decided(send_back(&gangcheng.street, &case, "2021-06-07").await);
    assert_eq!(returned.correct_by, "2021-06-07");
}

/// withdrawn by its worker, an application's case has ended, and nobody decides it.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_application_ends_its_case() {
    let gangcheng = shared().await;
    let (applicant, case) = submitted(gangcheng, PROGRAMME).await;
    let application_id = applicant.application.id.clone();
    let request = WithdrawApplicationRequest { request_id: request_id(), application_id };
    applicant.worker.api.applications().withdraw_application(request).await.unwrap();

    let ended = eventually("the case has ended", async || {
        let case = gangcheng.street.look_at(&case.id).await;
        (case.state() == CaseState::Ended).then_some(case)
    })
    .await;

    assert_eq!(ended.current_step, -1);
    assert_refused(pass(&gangcheng.street, &case).await, Reason::CaseClosed);
}
