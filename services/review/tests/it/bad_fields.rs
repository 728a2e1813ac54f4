//! Every bad field of a call is told at once.

use proto::review::{DecideStepRequest, DecideStepsRequest, Decision, GetCaseRequest, ListCasesRequest};
use refusal::Reason;
use testkit::{assert_field, assert_refused, request_id};

use crate::calls::{decide, list};
use crate::ground::shared;

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_told_all_that_it_lacks() {
    let street = &shared().await.street;
    let status = assert_refused(decide(street, DecideStepRequest::default()).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    assert_field(&status, "case_id", Reason::FieldRequired);
    assert_field(&status, "revision", Reason::OutOfRange);
    assert_field(&status, "decision", Reason::FieldRequired);

    let request = DecideStepRequest {
        request_id: "1".to_owned(),
        case_id: "1".to_owned(),
        step: -1,
        decision: 9,
        ..Default::default()
    };
    let status = assert_refused(decide(street, request).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::IdMalformed);
    assert_field(&status, "case_id", Reason::IdMalformed);
    assert_field(&status, "step", Reason::OutOfRange);
    assert_field(&status, "decision", Reason::ChoiceUnknown);
}

/// a rejection needs its reason, a return what is to be corrected and until when.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_needs_its_reason() {
    let street = &shared().await.street;
    let request = |decision: Decision, note: &str, correct_by: &str| DecideStepRequest {
        request_id: request_id(),
        case_id: request_id(),
        step: 0,
        revision: 1,
        decision: decision.into(),
        note: note.to_owned(),
        correct_by: correct_by.to_owned(),
    };
    let status =
        assert_refused(decide(street, request(Decision::Reject, " ", "")).await, Reason::FieldsInvalid);
    assert_field(&status, "note", Reason::NoteRequired);

    let status =
        assert_refused(decide(street, request(Decision::Return, "", "")).await, Reason::FieldsInvalid);
    assert_field(&status, "note", Reason::NoteRequired);
    assert_field(&status, "correct_by", Reason::FieldRequired);

    let long = "改".repeat(501);
    let request = request(Decision::Return, &long, "2021-02-30");
    let status = assert_refused(decide(street, request.clone()).await, Reason::FieldsInvalid);
    assert_field(&status, "note", Reason::TooLong);
    assert_field(&status, "correct_by", Reason::DayNotInCalendar);
    let late = DecideStepRequest { correct_by: "9999-12-31".to_owned(), ..request };
    let status = assert_refused(decide(street, late).await, Reason::FieldsInvalid);
    assert_field(&status, "correct_by", Reason::OutOfRange);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_told_all_that_is_wrong_with_it() {
    let street = &shared().await.street;
    let request = ListCasesRequest {
        state: 9,
        page_size: 201,
        page_token: "!".to_owned(),
        programme_id: "Jinan 2021".to_owned(),
        my_turn: false,
    };
    let status = assert_refused(list(street, request).await, Reason::FieldsInvalid);
    assert_field(&status, "state", Reason::ChoiceUnknown);
    assert_field(&status, "page_size", Reason::OutOfRange);
    assert_field(&status, "page_token", Reason::InvalidPageToken);
    assert_field(&status, "programme_id", Reason::SlugMalformed);

    let request = GetCaseRequest::default();
    let status = assert_refused(street.api.cases().get_case(request).await, Reason::FieldsInvalid);
    assert_field(&status, "case_id", Reason::FieldRequired);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_decisions_are_refused_and_too_many() {
    let mut cases = shared().await.street.api.cases();
    let none = DecideStepsRequest::default();
    let status = assert_refused(cases.decide_steps(none).await, Reason::FieldsInvalid);
    assert_field(&status, "decisions", Reason::FieldRequired);

    let many = DecideStepsRequest { decisions: vec![DecideStepRequest::default(); 201] };
    let status = assert_refused(cases.decide_steps(many).await, Reason::FieldsInvalid);
    assert_field(&status, "decisions", Reason::TooMany);
}
