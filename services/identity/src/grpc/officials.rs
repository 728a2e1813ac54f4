//! `OfficialService`.

use auth::Caller;
use proto::identity as pb;
use proto::identity::official_service_server::OfficialService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to officials.
pub struct Officials {
    pub app: App,
}

#[tonic::async_trait]
impl OfficialService for Officials {
    async fn appoint_official(
        &self,
        request: Request<pb::AppointOfficialRequest>,
    ) -> Result<Response<pb::AppointOfficialResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::appoint_official(caller, &request.into_inner())?;
        let appointed = detached(self.app.clone().appoint_official(command)).await?;
        let official = Some((&appointed.official).into());
        Ok(Response::new(pb::AppointOfficialResponse { official, appointment_secret: appointed.secret }))
    }

    async fn activate_official(
        &self,
        request: Request<pb::ActivateOfficialRequest>,
    ) -> Result<Response<pb::ActivateOfficialResponse>, Status> {
        let command = convert::activate_official(request.into_inner())?;
        let activated = detached(self.app.clone().activate_official(command)).await?;
        let official = Some((&activated.official).into());
        Ok(Response::new(pb::ActivateOfficialResponse { official, otpauth_uri: activated.otpauth_uri }))
    }
}
