//! `FundService`.

use auth::Caller;
use proto::payment as pb;
use proto::payment::fund_service_server::FundService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to funds.
#[derive(Clone)]
pub struct Funds {
    /// What it opens to.
    pub app: App,
}

#[tonic::async_trait]
impl FundService for Funds {
    async fn set_aside(
        &self,
        request: Request<pb::SetAsideRequest>,
    ) -> Result<Response<pb::SetAsideResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::set_aside(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().set_aside(command)).await?))
    }

    async fn get_fund(
        &self,
        request: Request<pb::GetFundRequest>,
    ) -> Result<Response<pb::GetFundResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let (programme, pool) = convert::get_fund(&request.into_inner())?;
        let fund = detached(self.app.clone().get_fund(scope, programme, pool)).await?;
        Ok(Response::new(pb::GetFundResponse { fund: Some((&fund).into()) }))
    }

    async fn list_funds(
        &self,
        request: Request<pb::ListFundsRequest>,
    ) -> Result<Response<pb::ListFundsResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let programme = convert::one("programme_id", &request.into_inner().programme_id)?;
        let funds = detached(self.app.clone().list_funds(scope, programme)).await?;
        Ok(Response::new(pb::ListFundsResponse { funds: funds.iter().map(Into::into).collect() }))
    }
}
