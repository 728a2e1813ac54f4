//! The doors: parse, call, convert.

mod convert;
mod officials;
mod people;
mod sessions;
mod unions;
mod workers;

use proto::identity::official_service_server::OfficialServiceServer;
use proto::identity::session_service_server::SessionServiceServer;
use proto::identity::union_service_server::UnionServiceServer;
use proto::identity::worker_service_server::WorkerServiceServer;
use tonic::service::Routes;

use crate::app::App;

/// Every door.
pub fn doors(app: &App) -> Routes {
    Routes::new(WorkerServiceServer::new(workers::Workers { app: app.clone() }))
        .add_service(SessionServiceServer::new(sessions::Sessions { app: app.clone() }))
        .add_service(UnionServiceServer::new(unions::Unions { app: app.clone() }))
        .add_service(OfficialServiceServer::new(officials::Officials { app: app.clone() }))
}
