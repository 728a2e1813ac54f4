//! The doors: each parses a whole message, calls one verb, detached from its caller but for Reserve, and
//! converts the answer.

mod convert;
mod line;
mod pool;
mod proof;

use audit::Trail;
use proto::quota::line_service_server::LineServiceServer;
use proto::quota::pool_service_server::PoolServiceServer;
use proto::quota::proof_service_server::ProofServiceServer;
use tonic::service::Routes;

use crate::app::App;

/// All of quota's doors, and the one to its audit trail.
pub fn doors(app: &App, trail: Trail) -> Routes {
    Routes::new(LineServiceServer::new(line::Lines { app: app.clone() }))
        .add_service(PoolServiceServer::new(pool::Pools { app: app.clone() }))
        .add_service(ProofServiceServer::new(proof::Proofs { app: app.clone() }))
        .add_service(audit::door(trail))
}
