//! Takes an application back; its seats come free.

use audit::{Action, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::quota::{ReleaseReason, ReleaseRequest};
use proto::subsidy as pb;
use proto::subsidy::ApplicationWithdrawn;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, OperationId, WorkerId};

use super::App;
use crate::domain::{Application, Happened};
use crate::error::Error;
use crate::store;

const WITHDRAWN: Action = Action::new("APPLICATION_WITHDRAWN");

impl App {
    /// Withdraws.
    pub async fn withdraw_application(
        self,
        request: Request,
        caller: Caller,
        worker: WorkerId,
        id: ApplicationId,
    ) -> Result<pb::WithdrawApplicationResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let mut application = self.hold(&mut tx, &Scope::Worker(worker), id).await?;
        let now = self.clock.now();
        if application.withdraw()? {
            order_release(&mut tx, &application, ReleaseReason::Withdrawn).await?;
            let event = ApplicationWithdrawn {
                application_id: id.to_string(),
                expired: false,
                withdrawn_at: Some(proto::timestamp(now)),
            };
            messaging::announce(&mut tx, &event.application_id, &event).await?;
        }
        self.save(&mut tx, &application).await?;
        self.tell(&mut tx, &application, Happened::Withdrawn, now).await?;
        let entry = Entry::new(now, &caller, WITHDRAWN, Subject::new("application", id))
            .under(&application.union_path)
            .asked_by(request.id());
        audit::record(&mut tx, &entry).await?;
        let story = self.story(&mut tx, application).await?;
        let answer = pb::WithdrawApplicationResponse { application: Some((&story).into()) };
        request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// Orders that quota gives up the place.
pub(super) async fn order_release(
    connection: &mut PgConnection,
    application: &Application,
    reason: ReleaseReason,
) -> Result<(), Error> {
    let operation = OperationId::new();
    let request = ReleaseRequest {
        operation_id: operation.to_string(),
        programme_id: application.programme_id.to_string(),
        application_id: application.id.to_string(),
        reason: reason.into(),
    };
    let (programme, id) = (&application.programme_id, application.id);
    store::line_order::add(connection, operation, programme, Some(id), "release", &request).await?;
    Ok(())
}
