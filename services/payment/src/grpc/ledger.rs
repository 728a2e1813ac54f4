//! `LedgerService`.

use auth::Caller;
use proto::payment as pb;
use proto::payment::ledger_service_server::LedgerService;
use runtime::detached;
use tonic::{Request, Response, Status};
use vocabulary::Day;

use super::convert;
use crate::app::App;

/// The door to the ledger.
#[derive(Clone)]
pub struct Ledger {
    /// What it opens to.
    pub app: App,
}

#[tonic::async_trait]
impl LedgerService for Ledger {
    async fn list_entries(
        &self,
        request: Request<pb::ListEntriesRequest>,
    ) -> Result<Response<pb::ListEntriesResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let asked = request.into_inner();
        let query = convert::list_entries(scope, &asked)?;
        let page = detached(self.app.clone().list_entries(query)).await?;
        Ok(Response::new(convert::entries(&asked, &page)))
    }

    async fn get_trial_balance(
        &self,
        request: Request<pb::GetTrialBalanceRequest>,
    ) -> Result<Response<pb::GetTrialBalanceResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let programme = convert::maybe_one("programme_id", &request.into_inner().programme_id)?;
        let balances = detached(self.app.clone().get_trial_balance(scope, programme)).await?;
        Ok(Response::new(convert::trial_balance(&balances)))
    }

    async fn import_statement(
        &self,
        request: Request<pb::ImportStatementRequest>,
    ) -> Result<Response<pb::ImportStatementResponse>, Status> {
        let caller = Caller::of(&request)?;
        let today = Day::of(self.app.clock.now());
        let command = convert::import_statement(caller, &request.into_inner(), today)?;
        Ok(Response::new(detached(self.app.clone().import_statement(command)).await?))
    }

    async fn get_reconciliation(
        &self,
        request: Request<pb::GetReconciliationRequest>,
    ) -> Result<Response<pb::GetReconciliationResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let day = convert::one("day", &request.into_inner().day)?;
        let found = detached(self.app.clone().get_reconciliation(scope, day)).await?;
        Ok(Response::new(pb::GetReconciliationResponse { reconciliation: Some((&found).into()) }))
    }
}
