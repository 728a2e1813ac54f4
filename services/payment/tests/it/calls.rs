//! What people ask of payment.

use std::time::Duration;

use proto::payment as pb;
use proto::payment::batch_service_client::BatchServiceClient;
use proto::payment::fund_service_client::FundServiceClient;
use proto::payment::grant_service_client::GrantServiceClient;
use proto::payment::ledger_service_client::LedgerServiceClient;
use refusal::Reason;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;

type Wire = InterceptedService<Channel, Bearer>;

/// Adds a token and a deadline.
#[derive(Clone)]
pub struct Bearer(String);

impl tonic::service::Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.set_timeout(Duration::from_secs(20));
        request.metadata_mut().insert("authorization", format!("Bearer {}", self.0).parse().unwrap());
        Ok(request)
    }
}

/// A connection of one caller.
#[derive(Clone)]
pub struct Caller {
    pub funds: FundServiceClient<Wire>,
    pub grants: GrantServiceClient<Wire>,
    pub batches: BatchServiceClient<Wire>,
    pub ledger: LedgerServiceClient<Wire>,
}

impl Caller {
    pub fn new(url: &str, token: &str) -> Self {
        let channel = Endpoint::from_shared(url.to_owned()).unwrap().connect_lazy();
        let wire = || InterceptedService::new(channel.clone(), Bearer(token.to_owned()));
        Self {
            funds: FundServiceClient::new(wire()),
            grants: GrantServiceClient::new(wire()),
            batches: BatchServiceClient::new(wire()),
            ledger: LedgerServiceClient::new(wire()),
        }
    }

    pub async fn set_aside(&self, programme: &str, pool: &str, yuan: i64) -> Result<pb::Fund, Status> {
        let request = pb::SetAsideRequest {
            request_id: request_id(),
            programme_id: programme.to_owned(),
            pool_id: pool.to_owned(),
            amount_fen: yuan * 100,
            reference: "济工发〔2021〕5号".to_owned(),
        };
        Ok(self.funds.clone().set_aside(request).await?.into_inner().fund.unwrap())
    }

    pub async fn fund(&self, programme: &str, pool: &str) -> Result<pb::Fund, Status> {
        let request = pb::GetFundRequest { programme_id: programme.to_owned(), pool_id: pool.to_owned() };
        Ok(self.funds.clone().get_fund(request).await?.into_inner().fund.unwrap())
    }

    pub async fn grant(&self, id: &str) -> Result<pb::Grant, Status> {
        let request = pb::GetGrantRequest { grant_id: id.to_owned() };
        Ok(self.grants.clone().get_grant(request).await?.into_inner().grant.unwrap())
    }

    pub async fn prepare(&self, programme: &str) -> Result<pb::Batch, Status> {
        let request = pb::PrepareBatchRequest {
            request_id: request_id(),
            programme_id: programme.to_owned(),
            limit: 0,
        };
        Ok(self.batches.clone().prepare_batch(request).await?.into_inner().batch.unwrap())
    }

    pub async fn submit(&self, batch: &pb::Batch) -> Result<pb::Batch, Status> {
        let request = pb::SubmitBatchRequest { request_id: request_id(), batch_id: batch.id.clone() };
        Ok(self.batches.clone().submit_batch(request).await?.into_inner().batch.unwrap())
    }

    pub async fn approve(&self, batch: &pb::Batch, total_fen: i64) -> Result<pb::Batch, Status> {
        let request =
            pb::ApproveBatchRequest { request_id: request_id(), batch_id: batch.id.clone(), total_fen };
        Ok(self.batches.clone().approve_batch(request).await?.into_inner().batch.unwrap())
    }

    pub async fn refuse(&self, batch: &pb::Batch) -> Result<pb::Batch, Status> {
        let request = pb::RefuseBatchRequest {
            request_id: request_id(),
            batch_id: batch.id.clone(),
            reason: "金额有疑问".to_owned(),
        };
        Ok(self.batches.clone().refuse_batch(request).await?.into_inner().batch.unwrap())
    }

    pub async fn batch(&self, id: &str) -> Result<pb::Batch, Status> {
        let request = pb::GetBatchRequest { batch_id: id.to_owned() };
        Ok(self.batches.clone().get_batch(request).await?.into_inner().batch.unwrap())
    }

    pub async fn balances(&self, programme: &str) -> (Vec<(String, i64)>, i64) {
        let request = pb::GetTrialBalanceRequest { programme_id: programme.to_owned() };
        let answer = self.ledger.clone().get_trial_balance(request).await.unwrap().into_inner();
        (answer.accounts.into_iter().map(|line| (line.account, line.amount_fen)).collect(), answer.sum_fen)
    }

    pub async fn reconcile(&self, day: &str) -> Result<pb::Reconciliation, Status> {
        let request = pb::ImportStatementRequest { request_id: request_id(), day: day.to_owned() };
        Ok(self.ledger.clone().import_statement(request).await?.into_inner().reconciliation.unwrap())
    }
}

pub fn request_id() -> String {
    Uuid::now_v7().to_string()
}

/// Why a call was refused.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Reason {
    refusal::of(&outcome.unwrap_err()).expect("a refusal with a reason")
}

/// Why the one bad field of a call was refused.
#[track_caller]
pub fn bad_field<T: std::fmt::Debug>(outcome: Result<T, Status>) -> (String, Reason) {
    let said = refusal::said(&outcome.unwrap_err()).expect("a refusal with a reason");
    let [field] = said.bad_fields.as_slice() else { panic!("not one bad field: {said:?}") };
    (field.path().to_owned(), field.reason())
}
