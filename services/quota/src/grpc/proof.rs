//! `ProofService`: what proves that nobody jumped the queue.

use auth::Caller;
use proto::quota as pb;
use proto::quota::proof_service_server::ProofService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to the proofs.
pub(super) struct Proofs {
    pub(super) app: App,
}

#[tonic::async_trait]
impl ProofService for Proofs {
    async fn get_line(
        &self,
        request: Request<pb::GetLineRequest>,
    ) -> Result<Response<pb::GetLineResponse>, Status> {
        let programme = convert::programme(&request.into_inner().programme_id)?;
        let line = detached(self.app.clone().get_line(programme)).await?;
        Ok(Response::new(pb::GetLineResponse { line: Some(convert::line(&line)) }))
    }

    async fn verify_line(
        &self,
        request: Request<pb::VerifyLineRequest>,
    ) -> Result<Response<pb::VerifyLineResponse>, Status> {
        let programme = convert::programme(&request.into_inner().programme_id)?;
        let verdict = detached(self.app.clone().verify_line(programme)).await?;
        Ok(Response::new(convert::verdict(&verdict)))
    }

    async fn list_checkpoints(
        &self,
        request: Request<pb::ListCheckpointsRequest>,
    ) -> Result<Response<pb::ListCheckpointsResponse>, Status> {
        let asked = request.into_inner();
        let query = convert::list_checkpoints(&asked)?;
        let page = detached(self.app.clone().list_checkpoints(query)).await?;
        Ok(Response::new(convert::checkpoints(&asked, page)))
    }

    async fn recover(
        &self,
        request: Request<pb::RecoverRequest>,
    ) -> Result<Response<pb::RecoverResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = convert::recover(&caller, &request.into_inner())?;
        let line = detached(self.app.clone().recover_line(asked)).await?;
        Ok(Response::new(pb::RecoverResponse { line: Some(convert::line(&line)) }))
    }
}
