//! `UploadMaterial` of the stamped form: its revision and its QR code.

use proto::subsidy::QrCheck;
use refusal::Reason;
use testkit::{assert_refused, picture};
use tonic::Response;

use crate::calls::{filled_in, moves_to};
use crate::city::{OPEN, shared};
use crate::paper::{blank_png, photographed_form, upload_as_form};

/// the code on the photo of the own form is read and agrees; another application's form is refused.
#[tokio::test(flavor = "multi_thread")]
async fn the_code_on_a_form_is_the_applications_own() {
    let ground = shared().await;
    let (applicant, other) = tokio::join!(filled_in(ground, OPEN), filled_in(ground, OPEN));
    let (own, anothers) =
        tokio::join!(photographed_form(ground, &applicant), photographed_form(ground, &other));

    let refused = upload_as_form(&applicant, own.0, &anothers.1).await.map(Response::new);
    assert_refused(refused, Reason::FormCodeMismatch);

    let taken = upload_as_form(&applicant, own.0, &own.1).await.unwrap();
    assert_eq!((taken.qr_check(), taken.current), (QrCheck::Agrees, true));
}

/// where no code can be read, the reviewer looks at it.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_legible_code_is_left_to_the_reviewer() {
    let applicant = filled_in(shared().await, OPEN).await;
    let (revision, _) = applicant.worker.print_form(&applicant.application.id).await;

    let taken = upload_as_form(&applicant, revision, &picture::jpeg(6)).await.unwrap();

    assert_eq!(taken.qr_check(), QrCheck::Unreadable);
}

/// the form of an earlier revision does not count, neither one uploaded before nor one uploaded after the change.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_an_earlier_revision_does_not_count() {
    let ground = shared().await;
    let applicant = filled_in(ground, OPEN).await;
    let unprinted = upload_as_form(&applicant, 1, &picture::jpeg(7)).await.map(Response::new);
    assert_refused(unprinted, Reason::FormRevisionOld);
    let (first, old) = photographed_form(ground, &applicant).await;
    upload_as_form(&applicant, first, &old).await.unwrap();

    let change = moves_to(&applicant, "济南市钢城区辛庄街道");
    applicant.worker.api.applications().update_application(change).await.unwrap();

    assert!(!applicant.now().await.materials[0].current);
    let old_revision = upload_as_form(&applicant, first, &old).await.map(Response::new);
    assert_refused(old_revision, Reason::FormRevisionOld);
    let (second, new) = photographed_form(ground, &applicant).await;
    let old_code = upload_as_form(&applicant, second, &old).await.map(Response::new);
    assert_refused(old_code, Reason::FormCodeMismatch);
    assert!(upload_as_form(&applicant, second, &new).await.unwrap().current);
}

/// a form of an old revision is refused for that, and its picture, here one that no look survives, is not looked at.
#[tokio::test(flavor = "multi_thread")]
async fn the_revision_is_looked_at_before_the_picture() {
    let applicant = filled_in(shared().await, OPEN).await;
    let huge = blank_png(6_000, 6_001);
    let (revision, _) = applicant.worker.print_form(&applicant.application.id).await;

    let old = upload_as_form(&applicant, revision + 1, &huge).await.map(Response::new);
    assert_refused(old, Reason::FormRevisionOld);

    let present = upload_as_form(&applicant, revision, &huge).await.map(Response::new);
    assert_refused(present, Reason::PictureTooLarge);
    assert!(applicant.now().await.materials.is_empty());
}
