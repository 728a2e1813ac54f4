//! The doors: parse, call, convert.

mod answers;
mod catalogue;
mod convert;
mod enrollments;
mod rows;

use proto::enrollment::catalogue_service_server::CatalogueServiceServer;
use proto::enrollment::enrollment_service_server::EnrollmentServiceServer;
use tonic::service::Routes;

use crate::app::App;

/// Both doors.
pub fn doors(app: &App) -> Routes {
    Routes::new(CatalogueServiceServer::new(catalogue::Catalogue { app: app.clone() }))
        .add_service(EnrollmentServiceServer::new(enrollments::Enrollments { app: app.clone() }))
}
