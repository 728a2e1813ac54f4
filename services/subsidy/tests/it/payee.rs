//! `GetPayee`: in full, for payment alone, and every look recorded.

use proto::subsidy::{GetPayeeRequest, GetPayeeResponse, PayeeKind};
use refusal::Reason;
use testkit::{Api, assert_field, assert_refused, request_id};
use tonic::{Response, Status};

use crate::calls::{submitted, times};
use crate::city::{OPEN, shared};

/// payment learns the whole card of an approved applicant, and the trail says so.
#[tokio::test(flavor = "multi_thread")]
async fn payment_is_told_where_to_pay() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let payment = ground.city.service("payment");
    let too_early = payee(&payment, &applicant.application.id).await;
    assert_refused(too_early, Reason::NotApproved);
    ground.approve(&applicant).await;

    let told = payee(&payment, &applicant.application.id).await.unwrap().into_inner();

    assert_eq!(
        (told.kind(), told.account.as_str()),
        (PayeeKind::BankCard, applicant.person.bank_card.as_str())
    );
    assert_eq!((told.holder.as_str(), told.bank.as_str()), (applicant.person.name.as_str(), "中国工商银行"));
    assert_eq!(times(ground, &applicant, "PAYEE_LOOKED_AT").await, 1);
}

/// nobody else is told, not even the worker.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_payment_is_told_where_to_pay() {
    let ground = shared().await;
    let applicant = submitted(ground, OPEN).await;
    let id = &applicant.application.id;

    assert_refused(payee(&applicant.worker.api, id).await, Reason::CallerNotAllowed);
    assert_refused(payee(&ground.maker.api, id).await, Reason::CallerNotAllowed);
    assert_refused(payee(&ground.city.service("review"), id).await, Reason::CallerNotAllowed);
    assert_eq!(times(ground, &applicant, "PAYEE_LOOKED_AT").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payee_is_asked_for_by_ids() {
    let ground = shared().await;
    let payment = ground.city.service("payment");

    assert_refused(payee(&payment, &request_id()).await, Reason::NotFound);
    let answer = payment.applications().get_payee(GetPayeeRequest::default()).await;
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "application_id", Reason::FieldRequired);
    assert_field(&status, "instruction_id", Reason::FieldRequired);
}

async fn payee(api: &Api, id: &str) -> Result<Response<GetPayeeResponse>, Status> {
    let request = GetPayeeRequest { application_id: id.to_owned(), instruction_id: request_id() };
    api.applications().get_payee(request).await
}
