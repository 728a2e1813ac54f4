//! `ApplicationService`.

use auth::Caller;
use proto::subsidy as pb;
use proto::subsidy::application_service_server::ApplicationService;
use runtime::detached;
use tonic::{Request, Response, Status, Streaming};

use super::materials::{Pieces, pieces};
use super::{answers, convert, fields, materials};
use crate::app::App;

/// The door to applications.
pub struct Applications {
    pub app: App,
}

#[tonic::async_trait]
impl ApplicationService for Applications {
    type PrintFormStream = Pieces<pb::PrintFormResponse>;
    type GetMaterialStream = Pieces<pb::GetMaterialResponse>;

    async fn create_application(
        &self,
        request: Request<pb::CreateApplicationRequest>,
    ) -> Result<Response<pb::CreateApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::create_application(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().create_application(command)).await?))
    }

    async fn update_application(
        &self,
        request: Request<pb::UpdateApplicationRequest>,
    ) -> Result<Response<pb::UpdateApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = fields::update_application(caller, &request.into_inner())?;
        Ok(Response::new(detached(self.app.clone().update_application(command)).await?))
    }

    async fn print_form(
        &self,
        request: Request<pb::PrintFormRequest>,
    ) -> Result<Response<Self::PrintFormStream>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let (request, id) = convert::change(&caller, "PrintForm", &message)?;
        let (revision, pdf) = detached(self.app.clone().print_form(request, caller, worker, id)).await?;
        Ok(Response::new(pieces(&pdf.into(), |chunk| pb::PrintFormResponse { chunk, revision })))
    }

    async fn upload_material(
        &self,
        request: Request<Streaming<pb::UploadMaterialRequest>>,
    ) -> Result<Response<pb::UploadMaterialResponse>, Status> {
        let caller = Caller::of(&request)?;
        // Held until the file is sealed and stored, whether the caller waits or not: it bounds the memory that files take.
        let room = self.app.uploads.clone().acquire_owned().await.ok();
        let command = materials::receive(caller, request.into_inner()).await?;
        let app = self.app.clone();
        let upload = async move {
            let _room = room;
            app.upload_material(command).await
        };
        Ok(Response::new(detached(upload).await?))
    }

    async fn get_material(
        &self,
        request: Request<pb::GetMaterialRequest>,
    ) -> Result<Response<Self::GetMaterialStream>, Status> {
        let caller = Caller::of(&request)?;
        let (application, id) = convert::get_material(&request.into_inner())?;
        let _room = self.app.uploads.clone().acquire_owned().await.ok();
        let (media_type, file) = detached(self.app.clone().get_material(caller, application, id)).await?;
        let media_type = pb::MediaType::from(media_type).into();
        let file = bytes::Bytes::copy_from_slice(&file);
        Ok(Response::new(pieces(&file, |chunk| pb::GetMaterialResponse { chunk, media_type })))
    }

    async fn check_application(
        &self,
        request: Request<pb::CheckApplicationRequest>,
    ) -> Result<Response<pb::CheckApplicationResponse>, Status> {
        let worker = Caller::of(&request)?.worker()?.id;
        let id = convert::application_id(&request.into_inner().application_id)?;
        let missing = detached(self.app.clone().check_application(worker, id)).await?;
        let missing = missing.things().iter().map(answers::missing_item).collect();
        Ok(Response::new(pb::CheckApplicationResponse { missing }))
    }

    async fn submit_application(
        &self,
        request: Request<pb::SubmitApplicationRequest>,
    ) -> Result<Response<pb::SubmitApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let message = request.into_inner();
        let word = message.four_things;
        let command = convert::submit(caller, "SubmitApplication", &message, word)?;
        Ok(Response::new(detached(self.app.clone().submit_application(command)).await?))
    }

    async fn correct_application(
        &self,
        request: Request<pb::CorrectApplicationRequest>,
    ) -> Result<Response<pb::CorrectApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let message = request.into_inner();
        let word = message.four_things;
        let command = convert::submit(caller, "CorrectApplication", &message, word)?;
        Ok(Response::new(detached(self.app.clone().correct_application(command)).await?))
    }

    async fn withdraw_application(
        &self,
        request: Request<pb::WithdrawApplicationRequest>,
    ) -> Result<Response<pb::WithdrawApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let (request, id) = convert::change(&caller, "WithdrawApplication", &message)?;
        let work = self.app.clone().withdraw_application(request, caller, worker, id);
        Ok(Response::new(detached(work).await?))
    }

    async fn get_application(
        &self,
        request: Request<pb::GetApplicationRequest>,
    ) -> Result<Response<pb::GetApplicationResponse>, Status> {
        let scope = Caller::of(&request)?.scope()?;
        let id = convert::application_id(&request.into_inner().application_id)?;
        let story = detached(self.app.clone().get_application(scope, id)).await?;
        Ok(Response::new(pb::GetApplicationResponse { application: Some((&story).into()) }))
    }

    async fn list_applications(
        &self,
        request: Request<pb::ListApplicationsRequest>,
    ) -> Result<Response<pb::ListApplicationsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::list_applications(&caller, &request.into_inner())?;
        let page = detached(self.app.clone().list_applications(command)).await?;
        Ok(Response::new(answers::page(&page)))
    }

    async fn get_payee(
        &self,
        request: Request<pb::GetPayeeRequest>,
    ) -> Result<Response<pb::GetPayeeResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = convert::get_payee(caller, &request.into_inner())?;
        let payee = detached(self.app.clone().get_payee(command)).await?;
        Ok(Response::new((&payee).into()))
    }
}
