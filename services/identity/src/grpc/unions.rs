//! `UnionService`.

use auth::Caller;
use proto::identity as pb;
use proto::identity::union_service_server::UnionService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to the union tree.
pub struct Unions {
    pub app: App,
}

#[tonic::async_trait]
impl UnionService for Unions {
    async fn create_invitation(
        &self,
        request: Request<pb::CreateInvitationRequest>,
    ) -> Result<Response<pb::CreateInvitationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::create_invitation(caller, &request.into_inner())?;
        let invited = detached(self.app.clone().create_invitation(command)).await?;
        Ok(Response::new(pb::CreateInvitationResponse { invitation: Some(invited.into()) }))
    }

    async fn join_union(
        &self,
        request: Request<pb::JoinUnionRequest>,
    ) -> Result<Response<pb::JoinUnionResponse>, Status> {
        let command = convert::join_union(&request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().join_union(command)).await?))
    }

    async fn approve_union(
        &self,
        request: Request<pb::ApproveUnionRequest>,
    ) -> Result<Response<pb::ApproveUnionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::approve_union(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().approve_union(command)).await?))
    }

    async fn get_union(
        &self,
        request: Request<pb::GetUnionRequest>,
    ) -> Result<Response<pb::GetUnionResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let id = convert::union_id(&request.into_inner())?;
        let union = detached(self.app.clone().get_union(scope, id)).await?;
        Ok(Response::new(pb::GetUnionResponse { union: Some((&union).into()) }))
    }

    async fn list_unions(
        &self,
        request: Request<pb::ListUnionsRequest>,
    ) -> Result<Response<pb::ListUnionsResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let asked = request.into_inner();
        let query = convert::list_unions(scope, &asked)?;
        let page = detached(self.app.clone().list_unions(query)).await?;
        Ok(Response::new(convert::unions(&asked, &page)))
    }
}
