//! The doors: parse, call, convert.

mod batches;
mod convert;
mod funds;
mod grants;
mod ledger;

use audit::Trail;
use proto::payment::batch_service_server::BatchServiceServer;
use proto::payment::fund_service_server::FundServiceServer;
use proto::payment::grant_service_server::GrantServiceServer;
use proto::payment::ledger_service_server::LedgerServiceServer;
use tonic::service::Routes;

use crate::app::App;

/// Every door of payment.
pub fn doors(app: &App, trail: Trail) -> Routes {
    Routes::new(FundServiceServer::new(funds::Funds { app: app.clone() }))
        .add_service(GrantServiceServer::new(grants::Grants { app: app.clone() }))
        .add_service(BatchServiceServer::new(batches::Batches { app: app.clone() }))
        .add_service(LedgerServiceServer::new(ledger::Ledger { app: app.clone() }))
        .add_service(audit::door(trail))
}
