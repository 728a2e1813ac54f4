//! `UploadMaterial`: the data that goes with a file, and the place that it takes.

use proto::subsidy::upload_material_request::Part;
use proto::subsidy::{
    MaterialData, MaterialHeader, MaterialKind, UploadMaterialRequest, UploadMaterialResponse,
};
use refusal::Reason;
use testkit::{Applicant, assert_field, assert_refused, picture, request_id};
use tonic::{Response, Status};

use crate::calls::{draft, submitted, trail};
use crate::city::{OPEN, shared};

/// a material takes the place of an earlier one of its kind.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_material_takes_the_place_of_an_earlier_one() {
    let ground = shared().await;
    let applicant = draft(ground, OPEN).await;
    let front = || header(&applicant, MaterialKind::IdCardFront, MaterialData::default());
    send(&applicant, front(), 1).await.unwrap();

    let later = send(&applicant, front(), 2).await.unwrap().into_inner().material.unwrap();

    let trail = trail(ground, format!("material:{}", later.id)).await;
    let uploaded = (format!("worker:{}", applicant.worker.id), "MATERIAL_UPLOADED".to_owned());
    assert_eq!(trail, [uploaded]);
    assert_eq!(applicant.now().await.materials, [later]);
}

/// the data that goes with a material comes back with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_material_keeps_its_data() {
    let applicant = draft(shared().await, OPEN).await;
    let receipt = MaterialData {
        receipt_number: "SJ2021-0001".to_owned(),
        receipt_amount_fen: 360_000,
        receipt_day: "2021-03-05".to_owned(),
        ..MaterialData::default()
    };

    let header = header(&applicant, MaterialKind::TuitionReceipt, receipt.clone());
    send(&applicant, header, 3).await.unwrap();

    assert_eq!(applicant.now().await.materials[0].data, Some(receipt));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_repeated_is_one_upload() {
    let applicant = draft(shared().await, OPEN).await;
    let front = header(&applicant, MaterialKind::IdCardFront, MaterialData::default());

    let first = send(&applicant, front.clone(), 4).await.unwrap().into_inner();

    assert_eq!(send(&applicant, front.clone(), 4).await.unwrap().into_inner(), first);
    assert_eq!(applicant.now().await.materials.len(), 1);
    let other = MaterialHeader { kind: MaterialKind::IdCardBack.into(), ..front.clone() };
    assert_refused(send(&applicant, other, 4).await, Reason::RequestIdReused);
    let other_file = send(&applicant, front, 40).await;
    assert_refused(other_file, Reason::RequestIdReused);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_an_upload_is_told_at_once() {
    let applicant = draft(shared().await, OPEN).await;
    let nothing = MaterialHeader { file_name: "表".repeat(201), kind: 77, ..MaterialHeader::default() };

    let status = assert_refused(send(&applicant, nothing, 5).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "application_id", Reason::FieldRequired);
    assert_field(&status, "file_name", Reason::TooLong);
    assert_field(&status, "kind", Reason::ChoiceUnknown);
}

/// each kind needs its own data, well written.
#[tokio::test(flavor = "multi_thread")]
async fn each_kind_needs_its_own_data() {
    let applicant = draft(shared().await, OPEN).await;
    let refused = async |kind, data| {
        assert_refused(send(&applicant, header(&applicant, kind, data), 6).await, Reason::FieldsInvalid)
    };

    let status = refused(MaterialKind::StampedForm, MaterialData::default()).await;
    assert_field(&status, "data.form_revision", Reason::OutOfRange);

    let receipt = MaterialData {
        receipt_number: "1".repeat(65),
        receipt_day: "2021-02-29".to_owned(),
        ..MaterialData::default()
    };
    let status = refused(MaterialKind::TuitionReceipt, receipt).await;
    assert_field(&status, "data.receipt_number", Reason::TooLong);
    assert_field(&status, "data.receipt_amount_fen", Reason::OutOfRange);
    assert_field(&status, "data.receipt_day", Reason::DayNotInCalendar);

    let days = [
        (i64::MAX, "9999-12-31", Reason::OutOfRange),
        (100_000_001, "2021-12-01", Reason::PaidInFuture),
        (-1, "0000-01-01", Reason::OutOfRange),
    ];
    for (amount, day, reason) in days {
        let receipt = MaterialData {
            receipt_amount_fen: amount,
            receipt_day: day.to_owned(),
            ..MaterialData::default()
        };
        let status = refused(MaterialKind::TuitionReceipt, receipt).await;
        assert_field(&status, "data.receipt_amount_fen", Reason::OutOfRange);
        assert_field(&status, "data.receipt_day", reason);
    }

    let chsi = MaterialData {
        chsi_issued_on: "1899-12-31".to_owned(),
        chsi_valid_until: "2200-01-02".to_owned(),
        ..MaterialData::default()
    };
    let status = refused(MaterialKind::ChsiReport, chsi).await;
    assert_field(&status, "data.chsi_issued_on", Reason::OutOfRange);
    assert_field(&status, "data.chsi_valid_until", Reason::OutOfRange);
    let chsi = MaterialData {
        chsi_code: "YM-DATA".to_owned(),
        chsi_issued_on: "20 April".to_owned(),
        ..MaterialData::default()
    };
    let status = refused(MaterialKind::ChsiReport, chsi).await;
    assert_field(&status, "data.chsi_code", Reason::ChsiCodeMalformed);
    assert_field(&status, "data.chsi_issued_on", Reason::DayMalformed);
    assert_field(&status, "data.chsi_valid_until", Reason::FieldRequired);
}

/// nothing is added to what is submitted, nor to what is another's.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_uploaded_to_what_is_submitted_or_anothers() {
    let ground = shared().await;
    let (applicant, other) = (submitted(ground, OPEN).await, draft(ground, OPEN).await);
    let front = || header(&applicant, MaterialKind::IdCardFront, MaterialData::default());

    assert_refused(send(&applicant, front(), 7).await, Reason::ApplicationLocked);
    assert_refused(send(&other, front(), 7).await, Reason::NotFound);
}

fn header(applicant: &Applicant, kind: MaterialKind, data: MaterialData) -> MaterialHeader {
    MaterialHeader {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        kind: kind.into(),
        file_name: "资料.jpg".to_owned(),
        data: Some(data),
    }
}

async fn send(
    applicant: &Applicant,
    header: MaterialHeader,
    picture: u64,
) -> Result<Response<UploadMaterialResponse>, Status> {
    let parts = [Part::Header(header), Part::Chunk(picture::jpeg(picture).into())];
    let parts = parts.map(|part| UploadMaterialRequest { part: Some(part) });
    applicant.worker.api.applications().upload_material(tokio_stream::iter(parts)).await
}
