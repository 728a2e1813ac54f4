//! What a file may be: as large as this, and really a picture or a PDF, whatever its name says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use proto::subsidy::upload_material_request::Part;
use proto::subsidy::{
    Material, MaterialData, MaterialHeader, MaterialKind, MediaType, UploadMaterialRequest,
};
use refusal::Reason;
use testkit::{Applicant, Upload, assert_refused, picture, request_id};
use tonic::{Response, Status};

use crate::calls::draft;
use crate::city::{OPEN, shared};
use crate::paper::blank_png;

/// The largest file there may be.
const MOST_BYTES: usize = 3 * 1024 * 1024;
/// The largest piece of a file that there may be.
const CHUNK_BYTES: usize = 256 * 1024;
/// What begins as a program for Windows does.
const EXECUTABLE: &[u8] = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00";

/// the bytes say what a file is, and not its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_its_bytes_are() {
    let applicant = draft(shared().await, OPEN).await;
    let upload = async |bytes: &[u8]| upload(&applicant, "身份证.exe", bytes).await.unwrap().media_type();

    assert_eq!(upload(&picture::jpeg(1)).await, MediaType::Jpeg);
    assert_eq!(upload(&picture::png(2)).await, MediaType::Png);
    assert_eq!(upload(&pdf(2_000)).await, MediaType::Pdf);
}

/// what only pretends, or broke off on its way, is refused.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_pretends_to_be_a_picture_is_refused() {
    let applicant = draft(shared().await, OPEN).await;
    let (jpeg, png, pdf) = (picture::jpeg(3), picture::png(4), pdf(2_000));
    let refused: [(&str, &[u8]); 5] = [
        ("a program", EXECUTABLE),
        ("nothing", b""),
        ("half a jpeg", &jpeg[..jpeg.len() / 2]),
        ("half a png", &png[..png.len() / 2]),
        ("half a pdf", &pdf[..pdf.len() / 2]),
    ];

    for (what, bytes) in refused {
        let answer = upload(&applicant, "身份证.jpg", bytes).await.map(Response::new);
        assert!(answer.is_err(), "{what} was taken");
        assert_refused(answer, Reason::FileNotPicture);
    }
    assert!(applicant.now().await.materials.is_empty());
}

/// a file of few bytes is refused that would be a picture of very many pixels.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_too_many_pixels_is_refused() {
    let applicant = draft(shared().await, OPEN).await;

    let answer = upload(&applicant, "身份证.png", &blank_png(6_000, 6_001)).await.map(Response::new);

    assert_refused(answer, Reason::PictureTooLarge);
    assert!(applicant.now().await.materials.is_empty());
}

/// 3 MiB to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_three_mebibytes_is_taken_and_one_byte_more_is_not() {
    let applicant = draft(shared().await, OPEN).await;

    let largest = upload(&applicant, "身份证.pdf", &pdf(MOST_BYTES)).await.unwrap();
    assert_eq!(largest.size_bytes, 3_145_728);

    let larger = upload(&applicant, "身份证.pdf", &pdf(MOST_BYTES + 1)).await.map(Response::new);
    assert_refused(larger, Reason::FileTooLarge);
    assert_eq!(applicant.now().await.materials, [largest], "the earlier one stays");
}

/// a file without an end is refused while it is still being sent.
#[tokio::test(flavor = "multi_thread")]
async fn reading_stops_where_a_file_is_too_large() {
    const CHUNKS: usize = 400;
    let applicant = draft(shared().await, OPEN).await;
    let sent = Arc::new(AtomicUsize::new(0));
    let (counter, piece) = (Arc::clone(&sent), Bytes::from(vec![0; CHUNK_BYTES]));
    let chunks = (0..CHUNKS).map(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        UploadMaterialRequest { part: Some(Part::Chunk(piece.clone())) }
    });
    let parts = std::iter::once(header(&applicant)).chain(chunks);

    let answer = applicant.worker.api.applications().upload_material(tokio_stream::iter(parts)).await;

    assert_refused(answer, Reason::FileTooLarge);
    let sent = sent.load(Ordering::Relaxed);
    assert!(sent < CHUNKS / 4, "{sent} pieces of {CHUNK_BYTES} bytes were sent");
}

/// first the description, then bytes and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_one_description_and_then_bytes() {
    let applicant = draft(shared().await, OPEN).await;
    let chunk = || UploadMaterialRequest { part: Some(Part::Chunk(picture::jpeg(5).into())) };
    let send = async |parts: Vec<UploadMaterialRequest>| {
        applicant.worker.api.applications().upload_material(tokio_stream::iter(parts)).await
    };

    assert_refused(send(vec![]).await, Reason::UploadMalformed);
    assert_refused(send(vec![chunk(), header(&applicant)]).await, Reason::UploadMalformed);
    assert_refused(
        send(vec![header(&applicant), chunk(), header(&applicant)]).await,
        Reason::UploadMalformed,
    );
    let empty = UploadMaterialRequest { part: None };
    assert_refused(send(vec![header(&applicant), chunk(), empty]).await, Reason::UploadMalformed);
    let larger = UploadMaterialRequest { part: Some(Part::Chunk(pdf(CHUNK_BYTES + 1).into())) };
    assert_refused(send(vec![header(&applicant), larger]).await, Reason::UploadMalformed);
    assert!(applicant.now().await.materials.is_empty());
    let largest = UploadMaterialRequest { part: Some(Part::Chunk(pdf(CHUNK_BYTES).into())) };
    assert!(send(vec![header(&applicant), largest]).await.is_ok(), "a piece of 256 KiB is one");
}

fn header(applicant: &Applicant) -> UploadMaterialRequest {
    let header = MaterialHeader {
        request_id: request_id(),
        application_id: applicant.application.id.clone(),
        kind: MaterialKind::IdCardFront.into(),
        file_name: "身份证.jpg".to_owned(),
        data: None,
    };
    UploadMaterialRequest { part: Some(Part::Header(header)) }
}

async fn upload(applicant: &Applicant, file_name: &str, bytes: &[u8]) -> Result<Material, Status> {
    let application_id = &applicant.application.id;
    let (kind, data) = (MaterialKind::IdCardFront, MaterialData::default());
    applicant.worker.upload(Upload { application_id, kind, file_name, data, bytes }).await
}

/// A PDF of so many bytes, as far as a PDF is looked at.
fn pdf(bytes: usize) -> Vec<u8> {
    let (head, tail) = (b"%PDF-1.7\n", b"\n%%EOF\n");
    let mut file = head.to_vec();
    file.resize(bytes - tail.len(), b'%');
    file.extend_from_slice(tail);
    file
}
