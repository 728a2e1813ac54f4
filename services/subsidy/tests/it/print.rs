//! `PrintForm`.

use proto::subsidy::{PrintFormRequest, PrintFormResponse, UpdateApplicationRequest};
use refusal::Reason;
use stack::Service;
use testkit::{Applicant, assert_field, assert_missing, assert_refused, fields, request_id};
use tonic::Status;

use crate::calls::{draft, filled_in, moves_to, submitted, times};
use crate::city::{CLOSED, OPEN, shared};
use crate::rows::hold;

/// What a form comes to at most.
const MOST_BYTES: usize = 300 * 1024;
/// And a piece of it.
const PIECE_BYTES: usize = 64 * 1024;

/// the form is a small PDF, given out piece by piece, each with the revision that was printed.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_a_small_pdf_of_the_present_revision() {
    let ground = shared().await;
    let applicant = filled_in(ground, OPEN).await;

    let pieces = print(&applicant, &applicant.application.id).await.unwrap();

    let pdf: Vec<u8> = pieces.iter().flat_map(|piece| piece.chunk.to_vec()).collect();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() <= MOST_BYTES, "{} bytes", pdf.len());
    assert!(pieces.iter().all(|piece| piece.revision == 1 && piece.chunk.len() <= PIECE_BYTES));
    assert_eq!(applicant.now().await.printed_revision, 1);
    assert_eq!(times(ground, &applicant, "FORM_PRINTED").await, 1);
}

/// what the form would show and is not there is named at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_form_is_not_printed() {
    let applicant = draft(shared().await, OPEN).await;

    let answer = print(&applicant, &applicant.application.id).await.map(tonic::Response::new);

    let status = assert_refused(answer, Reason::FormIncomplete);
    assert_missing(&status, "fields.household", Reason::FieldMissing);
    assert_missing(&status, "fields.unit", Reason::FieldMissing);
    assert_missing(&status, "fields.payee", Reason::FieldMissing);
    assert_eq!(applicant.now().await.printed_revision, 0);
}

/// a migrant worker without work at present prints a form without a unit.
#[tokio::test(flavor = "multi_thread")]
async fn a_migrant_worker_without_work_needs_no_unit() {
    let applicant = draft(shared().await, OPEN).await;
    let mut values = fields(&applicant.person);
    (values.migrant_worker, values.without_work, values.unit) = (true, true, None);
    applicant.worker.fill_in(&applicant.application.id, values).await.unwrap();

    let (revision, pdf) = applicant.worker.print_form(&applicant.application.id).await;

    assert_eq!(revision, 1);
    assert!(pdf.starts_with(b"%PDF-"));
}

/// The same request again prints the same revision, and is one printing; its id prints nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_one_printing() {
    let ground = shared().await;
    let (applicant, other) = (filled_in(ground, OPEN).await, filled_in(ground, CLOSED).await);
    let id = applicant.application.id.clone();
    let request = PrintFormRequest { request_id: request_id(), application_id: id };
    let api = &applicant.worker.api;

    let first = pieces(api, request.clone()).await.unwrap();
    let again = pieces(api, request.clone()).await.unwrap();

    assert_eq!(first[0].revision, again[0].revision);
    assert!(again[0].chunk.starts_with(b"%PDF-"));
    assert_eq!(times(ground, &applicant, "FORM_PRINTED").await, 1);
    let second = applicant.worker.create_application(CLOSED, &applicant.enrollment.id).await;
    let elsewhere = PrintFormRequest { application_id: second.id, ..request.clone() };
    let answer = pieces(api, elsewhere).await.map(tonic::Response::new);
    assert_refused(answer, Reason::RequestIdReused);
    let others_own = PrintFormRequest { application_id: other.application.id.clone(), ..request.clone() };
    pieces(&other.worker.api, others_own).await.unwrap();

    update(api, moves_to(&applicant, "济南市钢城区汶源街道")).await.unwrap();
    let late = pieces(api, request).await.map(tonic::Response::new);
    assert_refused(late, Reason::RequestIdReused);
    assert_eq!(applicant.now().await.printed_revision, 1);
}

/// a change that comes while the form is being typeset makes the paper void.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_during_printing_makes_the_paper_void() {
    let ground = shared().await;
    let applicant = filled_in(ground, OPEN).await;
    let database = ground.city.database(Service::Subsidy).await;
    let id = applicant.application.id.clone();
    let mut tx = database.begin().await.unwrap();
    let holder = hold(&mut tx, &id).await;

    // The change waits for the row first, the print behind it: it has read what is about to change.
    let (change, api) = (moves_to(&applicant, "济南市钢城区汶源街道"), applicant.worker.api.clone());
    let change = tokio::spawn(async move { update(&api, change).await });
    holder.has_behind_it(&database, 1).await;
    let printing = applicant.clone();
    let print = tokio::spawn(async move { print(&printing, &printing.application.id).await });
    holder.has_behind_it(&database, 2).await;
    tx.rollback().await.unwrap();

    change.await.unwrap().unwrap();
    assert_refused(print.await.unwrap().map(tonic::Response::new), Reason::ChangedMeanwhile);
    assert_eq!(applicant.now().await.printed_revision, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ones_own_open_application_is_printed() {
    let ground = shared().await;
    let (applicant, other) = (submitted(ground, OPEN).await, draft(ground, OPEN).await);
    let id = &applicant.application.id;

    let locked = print(&applicant, id).await.map(tonic::Response::new);
    assert_refused(locked, Reason::ApplicationLocked);
    let anothers = print(&other, id).await.map(tonic::Response::new);
    assert_refused(anothers, Reason::NotFound);
    let nobodys = print(&other, "an application").await.map(tonic::Response::new);
    let status = assert_refused(nobodys, Reason::FieldsInvalid);
    assert_field(&status, "application_id", Reason::IdMalformed);
}

async fn print(applicant: &Applicant, id: &str) -> Result<Vec<PrintFormResponse>, Status> {
    let request = PrintFormRequest { request_id: request_id(), application_id: id.to_owned() };
    pieces(&applicant.worker.api, request).await
}

async fn pieces(api: &testkit::Api, request: PrintFormRequest) -> Result<Vec<PrintFormResponse>, Status> {
    let mut stream = api.applications().print_form(request).await?.into_inner();
    let mut pieces = Vec::new();
    while let Some(piece) = stream.message().await? {
        pieces.push(piece);
    }
    Ok(pieces)
}

async fn update(api: &testkit::Api, request: UpdateApplicationRequest) -> Result<(), Status> {
    api.applications().update_application(request).await.map(drop)
}
