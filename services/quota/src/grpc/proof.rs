//! `ProofService`: what proves that nobody jumped the queue.

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
        let programme = convert::get_line(&request.into_inner())?;
        let line = detached(self.app.clone().get_line(programme)).await?;
        Ok(Response::new(pb::GetLineResponse { line: Some(convert::line(&line)) }))
    }
}
