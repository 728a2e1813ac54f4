//! What people ask of payment.

use proto::payment as pb;
use testkit::{Api, Official, Worker, request_id};
use tonic::{Response, Status};
use uuid::Uuid;

/// What a call comes to.
pub type Answer<T> = Result<Response<T>, Status>;

/// Somebody who asks.
#[derive(Clone)]
pub struct Caller(pub Api);

impl From<&Official> for Caller {
    fn from(official: &Official) -> Self {
        Self(official.api.clone())
    }
}

impl From<&Worker> for Caller {
    fn from(worker: &Worker) -> Self {
        Self(worker.api.clone())
    }
}

impl Caller {
    pub async fn set_aside(&self, programme: &str, pool: &str, yuan: i64) -> Answer<pb::SetAsideResponse> {
        let request = pb::SetAsideRequest {
            request_id: request_id(),
            programme_id: programme.to_owned(),
            pool_id: pool.to_owned(),
            amount_fen: yuan * 100,
            reference: "济工发〔2021〕5号".to_owned(),
        };
        self.0.funds().set_aside(request).await
    }

    pub async fn fund(&self, programme: &str, pool: &str) -> Answer<pb::GetFundResponse> {
        let request = pb::GetFundRequest { programme_id: programme.to_owned(), pool_id: pool.to_owned() };
        self.0.funds().get_fund(request).await
    }

    pub async fn grant(&self, id: &str) -> Answer<pb::GetGrantResponse> {
        let request = pb::GetGrantRequest { grant_id: id.to_owned() };
        self.0.grants().get_grant(request).await
    }

    pub async fn prepare(&self, programme: &str) -> Answer<pb::PrepareBatchResponse> {
        let request = pb::PrepareBatchRequest {
            request_id: request_id(),
            programme_id: programme.to_owned(),
            limit: 0,
        };
        self.0.batches().prepare_batch(request).await
    }

    pub async fn submit(&self, batch: &pb::Batch) -> Answer<pb::SubmitBatchResponse> {
        let request = pb::SubmitBatchRequest { request_id: request_id(), batch_id: batch.id.clone() };
        self.0.batches().submit_batch(request).await
    }

    pub async fn approve(&self, batch: &pb::Batch, total_fen: i64) -> Answer<pb::ApproveBatchResponse> {
        let request =
            pb::ApproveBatchRequest { request_id: request_id(), batch_id: batch.id.clone(), total_fen };
        self.0.batches().approve_batch(request).await
    }

    pub async fn refuse(&self, batch: &pb::Batch) -> Answer<pb::RefuseBatchResponse> {
        let request = pb::RefuseBatchRequest {
            request_id: request_id(),
            batch_id: batch.id.clone(),
            reason: "金额有疑问".to_owned(),
        };
        self.0.batches().refuse_batch(request).await
    }

    pub async fn batch(&self, id: &str) -> Answer<pb::GetBatchResponse> {
        self.0.batches().get_batch(pb::GetBatchRequest { batch_id: id.to_owned() }).await
    }

    pub async fn balances(&self, programme: &str) -> (Vec<(String, i64)>, i64) {
        let request = pb::GetTrialBalanceRequest { programme_id: programme.to_owned() };
        let answer = self.0.ledger().get_trial_balance(request).await.unwrap().into_inner();
        (answer.accounts.into_iter().map(|line| (line.account, line.amount_fen)).collect(), answer.sum_fen)
    }

    pub async fn reconcile(&self, day: &str) -> Answer<pb::ImportStatementResponse> {
        let request = pb::ImportStatementRequest { request_id: request_id(), day: day.to_owned() };
        self.0.ledger().import_statement(request).await
    }

    pub async fn reconciliation(&self, day: &str) -> Answer<pb::GetReconciliationResponse> {
        self.0.ledger().get_reconciliation(pb::GetReconciliationRequest { day: day.to_owned() }).await
    }
}

/// An answer that carries one thing.
pub trait Carries {
    type Thing;

    fn thing(self) -> Option<Self::Thing>;
}

macro_rules! carries {
    ($($answer:ident: $field:ident $thing:ident;)*) => {$(
        impl Carries for pb::$answer {
            type Thing = pb::$thing;

            fn thing(self) -> Option<pb::$thing> {
                self.$field
            }
        }
    )*};
}

carries! {
    SetAsideResponse: fund Fund;
    GetFundResponse: fund Fund;
    GetGrantResponse: grant Grant;
    PrepareBatchResponse: batch Batch;
    SubmitBatchResponse: batch Batch;
    ApproveBatchResponse: batch Batch;
    RefuseBatchResponse: batch Batch;
    GetBatchResponse: batch Batch;
    ImportStatementResponse: reconciliation Reconciliation;
    GetReconciliationResponse: reconciliation Reconciliation;
}

/// The thing that a call answers with.
#[track_caller]
pub fn got<T: Carries>(answer: Answer<T>) -> T::Thing {
    answer.unwrap().into_inner().thing().unwrap()
}

/// An id that nothing has.
pub fn nobody() -> String {
    Uuid::now_v7().to_string()
}
