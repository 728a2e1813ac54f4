//! `ApplicationService`.

use auth::Caller;
use proto::subsidy as pb;
use proto::subsidy::application_service_server::ApplicationService;
use runtime::detached;
use tonic::{Request, Response, Status, Streaming};
use vocabulary::Day;

use super::materials::{Pieces, pieces};
use super::{answers, convert, fields, help, materials};
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
        let message = request.into_inner();
        let created = async {
            let command = convert::create_application(caller, &message)?;
            Ok(Response::new(detached(self.app.clone().create_application(command)).await?))
        };
        help::with_programme(&self.app, &message.programme_id, created).await
    }

    async fn update_application(
        &self,
        request: Request<pb::UpdateApplicationRequest>,
    ) -> Result<Response<pb::UpdateApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let updated = async {
            let command = fields::update_application(caller, &message)?;
            Ok(Response::new(detached(self.app.clone().update_application(command)).await?))
        };
        help::with_application(&self.app, worker, &message.application_id, updated).await
    }

    async fn print_form(
        &self,
        request: Request<pb::PrintFormRequest>,
    ) -> Result<Response<Self::PrintFormStream>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let printed = async {
            let (request, id) = convert::change(&caller, "PrintForm", &message)?;
            let (revision, pdf) = detached(self.app.clone().print_form(request, caller, worker, id)).await?;
            Ok(Response::new(pieces(&pdf.into(), |chunk| pb::PrintFormResponse { chunk, revision })))
        };
        help::with_application(&self.app, worker, &message.application_id, printed).await
    }

    async fn upload_material(
        &self,
        request: Request<Streaming<pb::UploadMaterialRequest>>,
    ) -> Result<Response<pb::UploadMaterialResponse>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let mut stream = request.into_inner();
        let header = materials::header(&mut stream).await?;
        let uploaded = async {
            // Held until the file is sealed and stored, whether the caller waits or not: it bounds the memory that files take.
            let room = self.app.uploads.clone().acquire_owned().await.ok();
            let today = Day::of(self.app.clock.now());
            let command = materials::receive(caller, &header, stream, today).await?;
            let app = self.app.clone();
            let upload = async move {
                let _room = room;
                app.upload_material(command).await
            };
            Ok(Response::new(detached(upload).await?))
        };
        help::with_application(&self.app, worker, &header.application_id, uploaded).await
    }

    async fn get_material(
        &self,
        request: Request<pb::GetMaterialRequest>,
    ) -> Result<Response<Self::GetMaterialStream>, Status> {
        let caller = Caller::of(&request)?;
        let (application, id) = convert::get_material(&request.into_inner())?;
        // Held until the file is opened, whether the caller waits or not: it bounds the memory that files take.
        let room = self.app.uploads.clone().acquire_owned().await.ok();
        let app = self.app.clone();
        let opened = detached(async move {
            let _room = room;
            app.get_material(caller, application, id).await
        });
        let (media_type, file) = opened.await?;
        let media_type = answers::media_type(media_type).into();
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
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let submitted = async {
            let command = convert::submit(caller, "SubmitApplication", &message, message.four_things)?;
            Ok(Response::new(detached(self.app.clone().submit_application(command)).await?))
        };
        help::with_application(&self.app, worker, &message.application_id, submitted).await
    }

    async fn correct_application(
        &self,
        request: Request<pb::CorrectApplicationRequest>,
    ) -> Result<Response<pb::CorrectApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let corrected = async {
            let command = convert::submit(caller, "CorrectApplication", &message, message.four_things)?;
            Ok(Response::new(detached(self.app.clone().correct_application(command)).await?))
        };
        help::with_application(&self.app, worker, &message.application_id, corrected).await
    }

    async fn withdraw_application(
        &self,
        request: Request<pb::WithdrawApplicationRequest>,
    ) -> Result<Response<pb::WithdrawApplicationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let worker = caller.worker()?.id;
        let message = request.into_inner();
        let withdrawn = async {
            let (request, id) = convert::change(&caller, "WithdrawApplication", &message)?;
            let work = self.app.clone().withdraw_application(request, caller, worker, id);
            Ok(Response::new(detached(work).await?))
        };
        help::with_application(&self.app, worker, &message.application_id, withdrawn).await
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
        let asked = request.into_inner();
        let command = convert::list_applications(&caller, &asked)?;
        let page = detached(self.app.clone().list_applications(command)).await?;
        Ok(Response::new(answers::applications(&asked, &page)))
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
