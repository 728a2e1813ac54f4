//! `SessionService`.

use proto::identity as pb;
use proto::identity::session_service_server::SessionService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::people;
use crate::app::App;

/// The door to sessions.
pub struct Sessions {
    pub app: App,
}

#[tonic::async_trait]
impl SessionService for Sessions {
    async fn sign_in(
        &self,
        request: Request<pb::SignInRequest>,
    ) -> Result<Response<pb::SignInResponse>, Status> {
        let command = people::sign_in(&request.into_inner())?;
        let (person, tokens) = detached(self.app.clone().sign_in(command)).await?;
        let (worker, session) = (Some((&person).into()), Some(tokens.into()));
        Ok(Response::new(pb::SignInResponse { session, worker }))
    }

    async fn sign_in_official(
        &self,
        request: Request<pb::SignInOfficialRequest>,
    ) -> Result<Response<pb::SignInOfficialResponse>, Status> {
        let command = people::sign_in_official(request.into_inner())?;
        let (official, tokens) = detached(self.app.clone().sign_in_official(command)).await?;
        let (official, session) = (Some((&official).into()), Some(tokens.into()));
        Ok(Response::new(pb::SignInOfficialResponse { session, official }))
    }

    async fn refresh_session(
        &self,
        request: Request<pb::RefreshSessionRequest>,
    ) -> Result<Response<pb::RefreshSessionResponse>, Status> {
        let token = people::refresh_token(&request.into_inner())?;
        let tokens = detached(self.app.clone().refresh_session(token)).await?;
        Ok(Response::new(pb::RefreshSessionResponse { session: Some(tokens.into()) }))
    }

    async fn get_jwks(
        &self,
        _: Request<pb::GetJwksRequest>,
    ) -> Result<Response<pb::GetJwksResponse>, Status> {
        Ok(Response::new(pb::GetJwksResponse { jwks_json: self.app.issuer.jwks_json().to_owned() }))
    }
}
