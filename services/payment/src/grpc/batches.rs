//! `BatchService`.

use auth::Caller;
use proto::payment as pb;
use proto::payment::batch_service_server::BatchService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to batches.
#[derive(Clone)]
pub struct Batches {
    /// What it opens to.
    pub app: App,
}

#[tonic::async_trait]
impl BatchService for Batches {
    async fn prepare_batch(
        &self,
        request: Request<pb::PrepareBatchRequest>,
    ) -> Result<Response<pb::PrepareBatchResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::prepare_batch(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().prepare_batch(command)).await?))
    }

    async fn submit_batch(
        &self,
        request: Request<pb::SubmitBatchRequest>,
    ) -> Result<Response<pb::SubmitBatchResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::submit_batch(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().submit_batch(command)).await?))
    }

    async fn approve_batch(
        &self,
        request: Request<pb::ApproveBatchRequest>,
    ) -> Result<Response<pb::ApproveBatchResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::approve_batch(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().approve_batch(command)).await?))
    }

    async fn refuse_batch(
        &self,
        request: Request<pb::RefuseBatchRequest>,
    ) -> Result<Response<pb::RefuseBatchResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::refuse_batch(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().refuse_batch(command)).await?))
    }

    async fn get_batch(
        &self,
        request: Request<pb::GetBatchRequest>,
    ) -> Result<Response<pb::GetBatchResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let id = convert::one("batch_id", &request.into_inner().batch_id)?;
        let (batch, instructions) = detached(self.app.clone().get_batch(scope, id)).await?;
        let instructions = instructions.iter().map(Into::into).collect();
        let batch = pb::Batch { instructions, ..(&batch).into() };
        Ok(Response::new(pb::GetBatchResponse { batch: Some(batch) }))
    }

    async fn list_batches(
        &self,
        request: Request<pb::ListBatchesRequest>,
    ) -> Result<Response<pb::ListBatchesResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let asked = request.into_inner();
        let query = convert::list_batches(scope, &asked)?;
        let page = detached(self.app.clone().list_batches(query)).await?;
        Ok(Response::new(convert::batches(&asked, &page)))
    }
}
