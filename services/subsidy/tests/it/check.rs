//! `CheckApplication`, and what a submission that lacks something is told: all of it, at once.

use proto::subsidy::{
    CheckApplicationRequest, FourThings, MaterialData, MaterialKind, MissingItem, Rank,
    SubmitApplicationRequest, SubmitApplicationResponse, UnitKind,
};
use refusal::Reason;
use testkit::{
    Applicant, Upload, WHOLE_WORD, assert_field, assert_missing, assert_refused, fields, picture, request_id,
};
use tonic::{Response, Status};

use crate::calls::{draft, filled_in, moves_to};
use crate::city::{OPEN, shared};

/// of an empty draft everything is missing, and each thing says why, by which rule, in Chinese.
#[tokio::test(flavor = "multi_thread")]
async fn of_an_empty_draft_everything_is_missing() {
    let applicant = draft(shared().await, OPEN).await;

    let missing = check(&applicant).await;

    let named: Vec<_> = missing.iter().map(|item| (item.subject.as_str(), item.rule.as_str())).collect();
    let expected = [
        ("fields.household", "R-19"),
        ("fields.unit", "R-19"),
        ("fields.payee", "R-19"),
        ("form", "R-22"),
        ("materials.stamped_form", "R-24"),
        ("materials.tuition_receipt", "R-24"),
        ("materials.chsi_report", "R-24"),
        ("materials.id_card_front", "R-24"),
        ("materials.id_card_back", "R-24"),
        ("materials.payee_account", "R-24"),
    ];
    assert_eq!(named, expected);
    assert!(missing.iter().all(|item| !item.reason.is_empty() && !item.text.is_ascii()), "{missing:?}");
}

/// what can be submitted lacks nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_complete_application_lacks_nothing() {
    let applicant = shared().await.applicant(OPEN).await;

    assert_eq!(check(&applicant).await, []);
}

/// a submission names everything that is missing, the four things too, and stays a draft.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_names_everything_that_is_missing() {
    let applicant = draft(shared().await, OPEN).await;
    let half = FourThings { photo_pasted: true, signed: true, ..FourThings::default() };

    let status = assert_refused(submit(&applicant, half).await, Reason::ApplicationIncomplete);

    assert_missing(&status, "fields.household", Reason::FieldMissing);
    assert_missing(&status, "fields.unit", Reason::FieldMissing);
    assert_missing(&status, "fields.payee", Reason::FieldMissing);
    assert_missing(&status, "form", Reason::FormNotPrinted);
    assert_missing(&status, "materials.stamped_form", Reason::MaterialMissing);
    assert_missing(&status, "materials.chsi_report", Reason::MaterialMissing);
    assert_missing(&status, "four_things.printed_and_checked", Reason::FourThingsMissing);
    assert_missing(&status, "four_things.stamped", Reason::FourThingsMissing);
    assert_eq!(refusal::said(&status).unwrap().missing.len(), 12);
    assert_eq!(applicant.now().await, applicant.application);
}

/// who is not front-line is told so, and who comes from outside Jinan shows a residence permit.
#[tokio::test(flavor = "multi_thread")]
async fn rank_and_household_are_looked_at() {
    let applicant = draft(shared().await, OPEN).await;
    let mut values = fields(&applicant.person);
    values.household_outside_city = true;
    let unit = values.unit.as_mut().unwrap();
    (unit.kind, unit.rank) = (UnitKind::Enterprise.into(), Rank::SectionChief.into());
    applicant.worker.fill_in(&applicant.application.id, values).await.unwrap();

    let status = assert_refused(submit(&applicant, WHOLE_WORD).await, Reason::ApplicationIncomplete);

    assert_missing(&status, "fields.unit.rank", Reason::NotFrontLine);
    assert_missing(&status, "materials.residence_permit", Reason::MaterialMissing);
}

/// the union agrees to the major first; its word is asked for again until it has.
#[tokio::test(flavor = "multi_thread")]
async fn the_union_agrees_to_the_major_first() {
    let ground = shared().await;
    let (person, worker) = ground.worker().await;
    let enrollment = ground.enrol(&worker, &ground.offering_id).await;
    let application = worker.create_application(OPEN, &enrollment.id).await;
    let applicant = Applicant { person, worker, enrollment, application };

    let status = assert_refused(submit(&applicant, WHOLE_WORD).await, Reason::ApplicationIncomplete);
    assert_missing(&status, "study.major", Reason::MajorNotAgreed);

    ground.unit.agree_major(&applicant.enrollment.id).await;
    assert!(check(&applicant).await.iter().all(|item| item.subject != "study.major"));
}

/// after a change the form counts no longer, neither the print nor the upload.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_change_the_form_counts_no_longer() {
    let applicant = shared().await.applicant(OPEN).await;
    let change = moves_to(&applicant, "济南市钢城区辛庄街道");
    applicant.worker.api.applications().update_application(change).await.unwrap();

    let status = assert_refused(submit(&applicant, WHOLE_WORD).await, Reason::ApplicationIncomplete);

    assert_missing(&status, "form", Reason::FormNotPrinted);
    assert_missing(&status, "materials.stamped_form", Reason::FormRevisionOld);
    assert_eq!(refusal::said(&status).unwrap().missing.len(), 2);
}

/// a CHSI report runs for six months from its issue, and is valid on the day of submission.
#[tokio::test(flavor = "multi_thread")]
async fn a_chsi_report_is_long_enough_and_valid_today() {
    let applicant = filled_in(shared().await, OPEN).await;
    let submit = async |issued_on, valid_until| {
        upload_chsi(&applicant, issued_on, valid_until).await;
        assert_refused(submit(&applicant, WHOLE_WORD).await, Reason::ApplicationIncomplete)
    };

    let short = submit("2021-04-20", "2021-10-19").await;
    assert_missing(&short, "materials.chsi_report", Reason::ChsiReportTooShort);
    let over = submit("2020-10-01", "2021-05-09").await;
    assert_missing(&over, "materials.chsi_report", Reason::ChsiReportExpired);
    let not_yet = submit("2021-05-11", "2021-12-31").await;
    assert_missing(&not_yet, "materials.chsi_report", Reason::ChsiReportExpired);
    upload_chsi(&applicant, "2020-11-10", "2021-05-10").await;
    assert!(check(&applicant).await.iter().all(|item| item.subject != "materials.chsi_report"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_checks_anothers_application() {
    let ground = shared().await;
    let (applicant, other) = (draft(ground, OPEN).await, draft(ground, OPEN).await);
    let check = async |application_id: &str| {
        let request = CheckApplicationRequest { application_id: application_id.to_owned() };
        other.worker.api.applications().check_application(request).await
    };

    assert_refused(check(&applicant.application.id).await, Reason::NotFound);
    let status = assert_refused(check("").await, Reason::FieldsInvalid);
    assert_field(&status, "application_id", Reason::FieldRequired);
}

async fn check(applicant: &Applicant) -> Vec<MissingItem> {
    let request = CheckApplicationRequest { application_id: applicant.application.id.clone() };
    let answer = applicant.worker.api.applications().check_application(request).await;
    answer.unwrap().into_inner().missing
}

async fn submit(
    applicant: &Applicant,
    word: FourThings,
) -> Result<Response<SubmitApplicationResponse>, Status> {
    let request = SubmitApplicationRequest {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        four_things: Some(word),
    };
    applicant.worker.api.applications().submit_application(request).await
}

async fn upload_chsi(applicant: &Applicant, issued_on: &str, valid_until: &str) {
    let upload = Upload {
        application_id: &applicant.application.id,
        kind: MaterialKind::ChsiReport,
        file_name: "chsi.png",
        data: MaterialData {
            chsi_code: "YMDATA20210001".to_owned(),
            chsi_issued_on: issued_on.to_owned(),
            chsi_valid_until: valid_until.to_owned(),
            ..MaterialData::default()
        },
        bytes: &picture::png(9),
    };
    applicant.worker.upload(upload).await.unwrap();
}
