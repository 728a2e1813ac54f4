//! The doors: parse, call, convert.

mod answers;
mod applications;
mod convert;
mod fields;
mod help;
mod materials;
mod programmes;

use proto::subsidy::application_service_server::ApplicationServiceServer;
use proto::subsidy::programme_service_server::ProgrammeServiceServer;
use tonic::service::Routes;

use crate::app::App;

/// Both doors.
pub fn doors(app: &App) -> Routes {
    Routes::new(ProgrammeServiceServer::new(programmes::Programmes { app: app.clone() }))
        .add_service(ApplicationServiceServer::new(applications::Applications { app: app.clone() }))
}
