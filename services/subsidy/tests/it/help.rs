//! Whoever is refused reads whom to ask.

use proto::subsidy::upload_material_request::Part;
use proto::subsidy::{
    CorrectApplicationRequest, CreateApplicationRequest, GetProgrammeRequest, MaterialHeader,
    PrintFormRequest, SubmitApplicationRequest, UpdateApplicationRequest, UploadMaterialRequest,
    WithdrawApplicationRequest,
};
use refusal::Reason;
use testkit::{Applicant, assert_refused, request_id};
use tonic::{Response, Status};

use crate::calls::draft;
use crate::city::{NOT_YET, shared};

/// what a worker is refused, by the law or for a field, shows the programme's help lines.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_shows_the_programmes_help_lines() {
    let ground = shared().await;
    let early = ground.applicant(NOT_YET).await;
    let application_id = early.application.id.clone();
    let mut applications = early.worker.api.applications();
    let lines = lines_of(&early).await;
    assert!(!lines.is_empty());

    let too_early = early.worker.submit(&application_id, &request_id()).await;
    assert_eq!(shown(too_early, Reason::RoundNotOpen), lines);
    let no_request =
        SubmitApplicationRequest { application_id: application_id.clone(), ..Default::default() };
    let answer = applications.submit_application(no_request).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
    let nothing = UpdateApplicationRequest { application_id: application_id.clone(), ..Default::default() };
    let answer = applications.update_application(nothing).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
    let nothing = PrintFormRequest { application_id: application_id.clone(), ..Default::default() };
    let answer = applications.print_form(nothing).await.map(|_| Response::new(()));
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
    let header = MaterialHeader { application_id: application_id.clone(), ..Default::default() };
    let header = UploadMaterialRequest { part: Some(Part::Header(header)) };
    let answer = applications.upload_material(tokio_stream::once(header)).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
    let nothing = WithdrawApplicationRequest { application_id: application_id.clone(), ..Default::default() };
    let answer = applications.withdraw_application(nothing).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
    let correction = CorrectApplicationRequest { application_id, ..Default::default() };
    let answer = applications.correct_application(correction).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
    let nothing = CreateApplicationRequest { programme_id: NOT_YET.to_owned(), ..Default::default() };
    let answer = applications.create_application(nothing).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), lines);
}

/// Of another's application nothing is told, not even whom to ask.
#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_application_shows_no_help_lines() {
    let ground = shared().await;
    let (own, stranger) = (draft(ground, NOT_YET).await, draft(ground, NOT_YET).await);
    let request =
        UpdateApplicationRequest { application_id: own.application.id.clone(), ..Default::default() };
    let answer = stranger.worker.api.applications().update_application(request).await;
    assert_eq!(shown(answer, Reason::FieldsInvalid), Vec::<String>::new());
}

/// The help lines of the applicant's programme, as a refusal shows them.
async fn lines_of(applicant: &Applicant) -> Vec<String> {
    let request = GetProgrammeRequest { programme_id: applicant.application.programme_id.clone() };
    let programme = applicant.worker.api.programmes().get_programme(request).await.unwrap().into_inner();
    let lines = programme.programme.unwrap().help_lines.into_iter();
    lines.map(|line| format!("{}：{}", line.name, line.phone)).collect()
}

fn shown<T: std::fmt::Debug>(answer: Result<Response<T>, Status>, reason: Reason) -> Vec<String> {
    refusal::said(&assert_refused(answer, reason)).unwrap().help_lines
}
