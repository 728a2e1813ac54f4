//! `ProgrammeService`.

use proto::subsidy as pb;
use proto::subsidy::programme_service_server::ProgrammeService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::{answers, convert};
use crate::app::App;

/// The door to programmes.
pub struct Programmes {
    pub app: App,
}

#[tonic::async_trait]
impl ProgrammeService for Programmes {
    async fn get_programme(
        &self,
        request: Request<pb::GetProgrammeRequest>,
    ) -> Result<Response<pb::GetProgrammeResponse>, Status> {
        let id = convert::programme_id(&request.into_inner().programme_id)?;
        let programme = detached(self.app.clone().get_programme(id)).await?;
        Ok(Response::new(pb::GetProgrammeResponse { programme: Some((&programme).into()) }))
    }

    async fn list_pools(
        &self,
        request: Request<pb::ListPoolsRequest>,
    ) -> Result<Response<pb::ListPoolsResponse>, Status> {
        let id = convert::programme_id(&request.into_inner().programme_id)?;
        let pools = detached(self.app.clone().list_pools(id)).await?;
        Ok(Response::new(pb::ListPoolsResponse { pools: pools.iter().map(answers::pool).collect() }))
    }
}
