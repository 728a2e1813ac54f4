//! A call made again acts once, and one that is wrong is told all of it.

use proto::payment as pb;
use proto::payment::BatchState;
use refusal::Reason;
use stack::Service;
use testkit::{assert_field, assert_refused, request_id};

use crate::calls::{Carries, got, nobody};
use crate::ground::shared;
use crate::story::Story;

/// the same request has the first answer and one effect, and stands in the trail once; with another body it is
/// refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_acts_once() {
    let story = Story::begin(shared().await, "repeated-batches");
    story.set_aside(1_000).await;
    story.due().await;
    let (mut maker, mut checker) = (story.maker.0.batches(), story.checker.0.batches());
    let programme_id = story.programme.to_owned();
    let prepare = pb::PrepareBatchRequest { request_id: request_id(), programme_id, limit: 1 };
    let batch = got(maker.prepare_batch(prepare.clone()).await);
    assert_eq!(got(maker.prepare_batch(prepare.clone()).await), batch);
    let more = pb::PrepareBatchRequest { limit: 2, ..prepare };
    assert_refused(maker.prepare_batch(more).await, Reason::RequestIdReused);

    let submit = pb::SubmitBatchRequest { request_id: request_id(), batch_id: batch.id.clone() };
    for _ in 0..2 {
        assert_eq!(got(maker.submit_batch(submit.clone()).await).state(), BatchState::Submitted);
    }
    let approve = pb::ApproveBatchRequest {
        request_id: request_id(),
        batch_id: batch.id.clone(),
        total_fen: batch.total_fen,
    };
    for _ in 0..2 {
        assert_eq!(got(checker.approve_batch(approve.clone()).await).state(), BatchState::Approved);
    }
    story.until_settled(&batch).await;

    let subject = format!("batch:{}", batch.id);
    let trail = story.gangcheng.maker.api.trail(Service::Payment, &subject).await;
    let told: Vec<_> = trail.iter().map(|one| (one.action.as_str(), one.actor.clone())).collect();
    let official = |id: &str| format!("official:{id}");
    let (maker, checker) = (official(&story.gangcheng.maker.id), official(&story.gangcheng.checker.id));
    let expected =
        [("BATCH_APPROVED", checker), ("BATCH_SUBMITTED", maker.clone()), ("BATCH_PREPARED", maker)];
    assert_eq!(told, expected);
}

/// Every bad field of a call is told at once; a batch that is not there is not found.
#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_is_told() {
    let story = Story::begin(shared().await, "bad-batches");
    let (mut batches, mut ledger) = (story.maker.0.batches(), story.maker.0.ledger());
    let prepare = pb::PrepareBatchRequest { limit: 1_001, ..Default::default() };
    let status = bad(batches.prepare_batch(prepare).await);
    assert_field(&status, "programme_id", Reason::FieldRequired);
    assert_field(&status, "limit", Reason::OutOfRange);
    let approve = pb::ApproveBatchRequest { total_fen: -1, ..Default::default() };
    let status = bad(batches.approve_batch(approve).await);
    assert_field(&status, "batch_id", Reason::FieldRequired);
    assert_field(&status, "total_fen", Reason::AmountNegative);
    let refuse = pb::RefuseBatchRequest { reason: "否".to_owned(), ..Default::default() };
    assert_field(&bad(batches.refuse_batch(refuse).await), "reason", Reason::TooShort);
    let status = bad(batches.submit_batch(pb::SubmitBatchRequest::default()).await);
    assert_field(&status, "batch_id", Reason::FieldRequired);
    let status = bad(ledger.import_statement(pb::ImportStatementRequest::default()).await);
    assert_field(&status, "day", Reason::FieldRequired);

    let gone = pb::Batch { id: nobody(), ..Default::default() };
    assert_refused(story.maker.submit(&gone).await, Reason::NotFound);
    assert_refused(story.maker.approve(&gone, 1).await, Reason::NotFound);
    assert_refused(story.maker.refuse(&gone).await, Reason::NotFound);
}

/// A call without its request id and more.
#[track_caller]
fn bad<T: Carries + std::fmt::Debug>(answer: crate::calls::Answer<T>) -> tonic::Status {
    let status = assert_refused(answer, Reason::FieldsInvalid);
    assert_field(&status, "request_id", Reason::RequestIdMissing);
    status
}
