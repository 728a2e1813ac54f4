//! `GrantService`.

use auth::Caller;
use proto::payment as pb;
use proto::payment::grant_service_server::GrantService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to grants.
#[derive(Clone)]
pub struct Grants {
    /// What it opens to.
    pub app: App,
}

#[tonic::async_trait]
impl GrantService for Grants {
    async fn get_grant(
        &self,
        request: Request<pb::GetGrantRequest>,
    ) -> Result<Response<pb::GetGrantResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let id = convert::one("grant_id", &request.into_inner().grant_id)?;
        let grant = detached(self.app.clone().get_grant(scope, id)).await?;
        Ok(Response::new(pb::GetGrantResponse { grant: Some((&grant).into()) }))
    }

    async fn list_grants(
        &self,
        request: Request<pb::ListGrantsRequest>,
    ) -> Result<Response<pb::ListGrantsResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let asked = request.into_inner();
        let query = convert::list_grants(scope, &asked)?;
        let page = detached(self.app.clone().list_grants(query)).await?;
        Ok(Response::new(convert::grants(&asked, &page)))
    }
}
