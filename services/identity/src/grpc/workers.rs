//! `WorkerService`.

use auth::Caller;
use proto::identity as pb;
use proto::identity::worker_service_server::WorkerService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::people;
use crate::app::App;

/// The door to workers.
pub struct Workers {
    pub app: App,
}

#[tonic::async_trait]
impl WorkerService for Workers {
    async fn request_code(
        &self,
        request: Request<pb::RequestCodeRequest>,
    ) -> Result<Response<pb::RequestCodeResponse>, Status> {
        let command = people::request_code(&request.into_inner())?;
        let kept = detached(self.app.clone().request_code(command)).await?;
        Ok(Response::new(kept.into()))
    }

    async fn register_worker(
        &self,
        request: Request<pb::RegisterWorkerRequest>,
    ) -> Result<Response<pb::RegisterWorkerResponse>, Status> {
        let command = people::register_worker(&request.into_inner())?;
        let (person, tokens) = detached(self.app.clone().register_worker(command)).await?;
        let (worker, session) = (Some((&person).into()), Some(tokens.into()));
        Ok(Response::new(pb::RegisterWorkerResponse { worker, session }))
    }

    async fn verify_real_name(
        &self,
        request: Request<pb::VerifyRealNameRequest>,
    ) -> Result<Response<pb::VerifyRealNameResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = people::verify_real_name(&caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().verify_real_name(command)).await?))
    }

    async fn get_worker(
        &self,
        request: Request<pb::GetWorkerRequest>,
    ) -> Result<Response<pb::GetWorkerResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (id, in_full) = people::get_worker(&caller, &request.into_inner())?;
        let person = detached(self.app.clone().get_worker(caller.clone(), id, in_full)).await?;
        let worker = match (in_full, caller) {
            (true, _) => people::in_full(&person),
            (false, Caller::Service(_)) => people::for_a_service(&person),
            (false, _) => (&person).into(),
        };
        Ok(Response::new(pb::GetWorkerResponse { worker: Some(worker) }))
    }
}
