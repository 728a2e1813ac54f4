//! The gRPC service through which supervisors read and verify a trail: the same for every service.

use auth::Caller;
use proto::shared::audit_service_server::{AuditService, AuditServiceServer};
use proto::shared::{ListActionsRequest, ListActionsResponse, VerifyTrailRequest, VerifyTrailResponse};
use refusal::internal;
use tonic::{Request, Response, Status};

use crate::{Trail, TrailError, convert};

/// The door to a trail, to be added to a service's own doors.
pub fn door(trail: Trail) -> AuditServiceServer<Door> {
    AuditServiceServer::new(Door { trail })
}

/// See [`door`].
#[derive(Debug)]
pub struct Door {
    trail: Trail,
}

#[tonic::async_trait]
impl AuditService for Door {
    async fn list_actions(
        &self,
        request: Request<ListActionsRequest>,
    ) -> Result<Response<ListActionsResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let asked = request.into_inner();
        let wanted = convert::wanted(&asked)?;
        let trail = self.trail.clone();
        let rows = runtime::detached(async move { trail.list(&scope, &wanted).await.map_err(failed) });
        Ok(Response::new(convert::actions(&asked, rows.await?)))
    }

    async fn verify_trail(
        &self,
        request: Request<VerifyTrailRequest>,
    ) -> Result<Response<VerifyTrailResponse>, Status> {
        let anchors = convert::anchors(&request.into_inner())?;
        let trail = self.trail.clone();
        let report = runtime::detached(async move { trail.verify(&anchors).await.map_err(failed) });
        Ok(Response::new(convert::report(&report.await?)))
    }
}

fn failed(error: impl Into<TrailError>) -> Status {
    internal(&error.into())
}
