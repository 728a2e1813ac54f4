//! `LineService`: lines, windows, places.

use auth::Caller;
use proto::quota as pb;
use proto::quota::line_service_server::LineService;
use runtime::detached;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The door to the lines.
pub(super) struct Lines {
    pub(super) app: App,
}

#[tonic::async_trait]
impl LineService for Lines {
    async fn create_line(
        &self,
        request: Request<pb::CreateLineRequest>,
    ) -> Result<Response<pb::CreateLineResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = convert::create_line(&caller, &request.into_inner())?;
        let line = detached(self.app.clone().create_line(asked)).await?;
        Ok(Response::new(pb::CreateLineResponse { line: Some(convert::line(&line)) }))
    }

    async fn set_windows(
        &self,
        request: Request<pb::SetWindowsRequest>,
    ) -> Result<Response<pb::SetWindowsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let asked = convert::set_windows(&caller, &request.into_inner())?;
        let line = detached(self.app.clone().set_windows(asked)).await?;
        Ok(Response::new(pb::SetWindowsResponse { line: Some(convert::line(&line)) }))
    }

    async fn reserve(
        &self,
        request: Request<pb::ReserveRequest>,
    ) -> Result<Response<pb::ReserveResponse>, Status> {
        let (programme, id, reservation) = convert::reserve(&request.into_inner())?;
        let application = reservation.application;
        // Not detached: thousands come at once, and nothing of it breaks where one of them hangs up.
        let receipt = self.app.reserve(programme, id, reservation).await?;
        Ok(Response::new(pb::ReserveResponse { place: Some(convert::receipt(application, &receipt)) }))
    }

    async fn release(
        &self,
        request: Request<pb::ReleaseRequest>,
    ) -> Result<Response<pb::ReleaseResponse>, Status> {
        let (programme, id, application, reason) = convert::release(&request.into_inner())?;
        let receipt = detached(self.app.clone().release(programme, id, application, reason)).await?;
        Ok(Response::new(pb::ReleaseResponse { place: Some(convert::receipt(application, &receipt)) }))
    }

    async fn r#move(&self, request: Request<pb::MoveRequest>) -> Result<Response<pb::MoveResponse>, Status> {
        let (programme, id, asked) = convert::move_place(&request.into_inner())?;
        let application = asked.application;
        let receipt = detached(self.app.clone().move_place(programme, id, asked)).await?;
        Ok(Response::new(pb::MoveResponse { place: Some(convert::receipt(application, &receipt)) }))
    }

    async fn confirm(
        &self,
        request: Request<pb::ConfirmRequest>,
    ) -> Result<Response<pb::ConfirmResponse>, Status> {
        let (programme, id, application) = convert::confirm(&request.into_inner())?;
        let receipt = detached(self.app.clone().confirm(programme, id, application)).await?;
        Ok(Response::new(pb::ConfirmResponse { place: Some(convert::receipt(application, &receipt)) }))
    }

    async fn end(&self, request: Request<pb::EndRequest>) -> Result<Response<pb::EndResponse>, Status> {
        let (programme, id) = convert::end(&request.into_inner())?;
        let line = detached(self.app.clone().end(programme, id)).await?;
        Ok(Response::new(pb::EndResponse { line: Some(convert::line(&line)) }))
    }

    async fn get_place(
        &self,
        request: Request<pb::GetPlaceRequest>,
    ) -> Result<Response<pb::GetPlaceResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let asked = convert::get_place(&request.into_inner())?;
        let place = detached(self.app.clone().get_place(scope, asked)).await?;
        Ok(Response::new(pb::GetPlaceResponse { place: Some(convert::place(&place)) }))
    }

    async fn list_waiting(
        &self,
        request: Request<pb::ListWaitingRequest>,
    ) -> Result<Response<pb::ListWaitingResponse>, Status> {
        let asked = request.into_inner();
        let query = convert::list_waiting(&asked)?;
        let page = detached(self.app.clone().list_waiting(query)).await?;
        Ok(Response::new(convert::waiting(&asked, &page)))
    }
}
