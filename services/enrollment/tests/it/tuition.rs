//! Tuition: each receipt counts once, and together they never exceed the whole.

use futures::future::join_all;
use proto::enrollment::{RecordTuitionRequest, RecordTuitionResponse};
use refusal::Reason;
use testkit::{Api, assert_field, assert_refused, request_id};
use tonic::{Response, Status};
use uuid::Uuid;

use crate::house::{self, TUITION_FEN, payment, seen};

/// payments add up, are read back in their order, and are in the trail.
#[tokio::test(flavor = "multi_thread")]
async fn payments_add_up_to_the_tuition() {
    let house = house::shared().await;
    let (worker, enrollment) = house.student().await;
    let gateway = house.gateway();

    record(&gateway, payment(&enrollment, "R-2", 200_000)).await.unwrap();
    let paid =
        record(&gateway, payment(&enrollment, "R-1", TUITION_FEN - 200_000)).await.unwrap().into_inner();

    let paid = paid.enrollment.unwrap();
    assert_eq!(paid.tuition_paid_fen, TUITION_FEN);
    let told: Vec<_> =
        paid.payments.iter().map(|one| (one.receipt_number.as_str(), one.amount_fen)).collect();
    assert_eq!(told, [("R-2", 200_000), ("R-1", TUITION_FEN - 200_000)]);
    assert_eq!(paid.payments[0].paid_on, "2021-03-05");
    assert_eq!(seen(&worker.api, &enrollment.id).await, paid);
    assert_eq!(house.times("TUITION_RECORDED", format!("enrollment:{}", enrollment.id)).await, 2);
}

/// the same request is recorded once; its id records nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_is_recorded_once() {
    let house = house::shared().await;
    let (_, enrollment) = house.student().await;
    let request = payment(&enrollment, "R-1", 100);

    let first = record(&house.gateway(), request.clone()).await.unwrap().into_inner();
    let again = record(&house.gateway(), request.clone()).await.unwrap().into_inner();

    assert_eq!(first, again);
    assert_eq!(again.enrollment.unwrap().tuition_paid_fen, 100);
    let other = RecordTuitionRequest { amount_fen: 101, ..request };
    assert_refused(record(&house.gateway(), other).await, Reason::RequestIdReused);
}

/// an institution's receipt counts once, for whomever; another institution numbers its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_counts_once() {
    let house = house::shared().await;
    let (_, enrollment) = house.student().await;
    let colleague = house.worker().await;
    let wish = house.wish(&enrollment.offering.as_ref().unwrap().id);
    let answer = colleague.api.enrollments().create_enrollment(wish).await.unwrap().into_inner();
    let (fellow, (_, elsewhere)) = (answer.enrollment.unwrap(), house.student().await);
    let gateway = house.gateway();
    record(&gateway, payment(&enrollment, "R-1", 100)).await.unwrap();

    assert_refused(record(&gateway, payment(&enrollment, "R-1", 100)).await, Reason::ReceiptUsed);
    assert_refused(record(&gateway, payment(&fellow, " R-1 ", 50)).await, Reason::ReceiptUsed);
    record(&gateway, payment(&elsewhere, "R-1", 100)).await.unwrap();

    assert_eq!(seen(&house.federation.api, &enrollment.id).await.tuition_paid_fen, 100);
    assert_eq!(seen(&house.federation.api, &fellow.id).await.tuition_paid_fen, 0);
}

/// payments stay within the tuition; the refusal says what is open.
#[tokio::test(flavor = "multi_thread")]
async fn payments_stay_within_the_tuition() {
    let house = house::shared().await;
    let (_, enrollment) = house.student().await;
    let gateway = house.gateway();
    record(&gateway, payment(&enrollment, "R-1", TUITION_FEN - 150)).await.unwrap();

    let answer = record(&gateway, payment(&enrollment, "R-2", 151)).await;
    let status = assert_refused(answer, Reason::TuitionExceeded);
    assert_eq!(refusal::said(&status).unwrap().metadata["left"], "1.50");

    record(&gateway, payment(&enrollment, "R-2", 150)).await.unwrap();
}

/// of ten at once that would exceed the tuition, as many are taken as fit.
#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_stay_within_the_tuition() {
    let house = house::shared().await;
    let (_, enrollment) = house.student().await;
    let gateway = house.gateway();
    let part = TUITION_FEN / 4;
    let requests = (0..10).map(|number| payment(&enrollment, &format!("R-{number}"), part));

    let answers = join_all(requests.map(|request| record(&gateway, request))).await;

    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((taken.len(), refused.len()), (4, 6));
    for answer in refused {
        assert_refused(answer, Reason::TuitionExceeded);
    }
    let paid = seen(&house.federation.api, &enrollment.id).await;
    assert_eq!((paid.tuition_paid_fen, paid.payments.len()), (TUITION_FEN, 4));
}

/// a payment of tomorrow is none yet; one of today is.
#[tokio::test(flavor = "multi_thread")]
async fn the_day_of_payment_has_come() {
    let house = house::shared().await;
    let (_, enrollment) = house.student().await;
    let on = |day: &str| RecordTuitionRequest { paid_on: day.to_owned(), ..payment(&enrollment, "R-1", 100) };

    assert_refused(record(&house.gateway(), on("2021-05-11")).await, Reason::PaidInFuture);
    record(&house.gateway(), on("2021-05-10")).await.unwrap();
}

/// tuition is recorded by the gateway alone, on an enrollment that there is.
#[tokio::test(flavor = "multi_thread")]
async fn only_the_gateway_records_tuition() {
    let house = house::shared().await;
    let (worker, enrollment) = house.student().await;
    for api in [&worker.api, &house.federation.api, &house.city.service("payment")] {
        assert_refused(record(api, payment(&enrollment, "R-1", 100)).await, Reason::CallerNotAllowed);
    }
    let nothing = RecordTuitionRequest {
        enrollment_id: Uuid::now_v7().to_string(),
        ..payment(&enrollment, "R-1", 100)
    };
    assert_refused(record(&house.gateway(), nothing).await, Reason::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_fields_are_named() {
    let house = house::shared().await;
    let gateway = house.gateway();
    let status =
        assert_refused(record(&gateway, RecordTuitionRequest::default()).await, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    for field in ["enrollment_id", "receipt_number", "paid_on"] {
        assert_field(&status, field, Reason::FieldRequired);
    }
    assert_field(&status, "amount_fen", Reason::OutOfRange);

    let wrong = RecordTuitionRequest {
        request_id: request_id(),
        enrollment_id: "1".to_owned(),
        receipt_number: "1".repeat(65),
        amount_fen: -1,
        paid_on: "2021-3-5".to_owned(),
    };
    let status = assert_refused(record(&gateway, wrong.clone()).await, Reason::FieldsInvalid);
    assert_field(&status, "enrollment_id", Reason::IdMalformed);
    assert_field(&status, "receipt_number", Reason::TooLong);
    assert_field(&status, "amount_fen", Reason::OutOfRange);
    assert_field(&status, "paid_on", Reason::DayMalformed);
    for (amount_fen, day) in [(i64::MAX, "9999-12-31"), (100_000_001, "1899-12-31")] {
        let beyond = RecordTuitionRequest { amount_fen, paid_on: day.to_owned(), ..wrong.clone() };
        let status = assert_refused(record(&gateway, beyond).await, Reason::FieldsInvalid);
        assert_field(&status, "amount_fen", Reason::OutOfRange);
        assert_field(&status, "paid_on", Reason::OutOfRange);
    }
    let never = RecordTuitionRequest { paid_on: "2021-02-30".to_owned(), ..wrong };
    let status = assert_refused(record(&gateway, never).await, Reason::FieldsInvalid);
    assert_field(&status, "paid_on", Reason::DayNotInCalendar);
}

async fn record(api: &Api, request: RecordTuitionRequest) -> Result<Response<RecordTuitionResponse>, Status> {
    api.enrollments().record_tuition(request).await
}
