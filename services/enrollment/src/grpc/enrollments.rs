//! `EnrollmentService`.

use auth::Caller;
use proto::enrollment as pb;
use proto::enrollment::enrollment_service_server::EnrollmentService;
use runtime::detached;
use tonic::{Request, Response, Status};
use vocabulary::Day;

use super::convert;
use crate::app::App;

/// The door to enrollments.
pub struct Enrollments {
    pub app: App,
}

#[tonic::async_trait]
impl EnrollmentService for Enrollments {
    async fn create_enrollment(
        &self,
        request: Request<pb::CreateEnrollmentRequest>,
    ) -> Result<Response<pb::CreateEnrollmentResponse>, Status> {
        let caller = Caller::of(&request)?;
        let today = Day::of(self.app.clock.now());
        let command = convert::create_enrollment(caller, &request.into_inner(), today)?;
        Ok(Response::new(detached(self.app.clone().create_enrollment(command)).await?))
    }

    async fn agree_major(
        &self,
        request: Request<pb::AgreeMajorRequest>,
    ) -> Result<Response<pb::AgreeMajorResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::agree_major(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().agree_major(command)).await?))
    }

    async fn record_tuition(
        &self,
        request: Request<pb::RecordTuitionRequest>,
    ) -> Result<Response<pb::RecordTuitionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::record_tuition(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().record_tuition(command)).await?))
    }

    async fn get_enrollment(
        &self,
        request: Request<pb::GetEnrollmentRequest>,
    ) -> Result<Response<pb::GetEnrollmentResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let id = convert::enrollment_id(&request.into_inner())?;
        let enrollment = detached(self.app.clone().get_enrollment(scope, id)).await?;
        Ok(Response::new(pb::GetEnrollmentResponse { enrollment: Some((&enrollment).into()) }))
    }
}
