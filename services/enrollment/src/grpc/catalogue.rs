//! `CatalogueService`.

use auth::Caller;
use proto::enrollment as pb;
use proto::enrollment::catalogue_service_server::CatalogueService;
use runtime::detached;
use tonic::{Request, Response, Status, Streaming};

use super::{answers, convert, rows};
use crate::app::App;

/// The door to the catalogue.
pub struct Catalogue {
    pub app: App,
}

#[tonic::async_trait]
impl CatalogueService for Catalogue {
    async fn import_offerings(
        &self,
        request: Request<Streaming<pb::ImportOfferingsRequest>>,
    ) -> Result<Response<pb::ImportOfferingsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let command = rows::receive(caller, request.into_inner()).await?;
        Ok(Response::new(detached(self.app.clone().import_offerings(command)).await?))
    }

    async fn list_offerings(
        &self,
        request: Request<pb::ListOfferingsRequest>,
    ) -> Result<Response<pb::ListOfferingsResponse>, Status> {
        let asked = request.into_inner();
        let command = convert::list_offerings(&asked)?;
        let page = detached(self.app.clone().list_offerings(command)).await?;
        Ok(Response::new(answers::offerings(&asked, &page)))
    }
}
