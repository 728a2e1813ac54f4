//! Applies review's decision: an approval makes the place final, a rejection frees it.

use audit::{Action, Entry, Subject};
use auth::Scope;
use proto::quota::{ConfirmRequest, ReleaseReason};
use refusal::Missing;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, OperationId};

use super::App;
use super::settle::itself;
use super::withdraw_application::order_release;
use crate::domain::{Application, ApplicationState, Happened, eligible};
use crate::error::Error;
use crate::store;

const APPROVED: Action = Action::new("APPLICATION_APPROVED");
const REJECTED: Action = Action::new("APPLICATION_REJECTED");

/// What review decided for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The Culture Centre approved.
    Approved,
    /// Somebody rejected it.
    Rejected {
        /// Why.
        reason: String,
    },
}

impl App {
    /// Applies a decision, in the transaction of the event that tells it. What has ended meanwhile stays as it is: the
    /// worker withdrew while the last official decided.
    pub async fn apply_decision(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        decision: Decision,
    ) -> Result<(), Error> {
        let mut application = self.hold(connection, &Scope::Everything, id).await?;
        if application.state != ApplicationState::InReview {
            return Ok(());
        }
        let decision = self.look_again(connection, &application, decision).await?;
        let now = self.clock.now();
        let (action, happened) = match decision {
            Decision::Approved => {
                application.state = ApplicationState::Approved;
                order_confirmation(connection, &application).await?;
                (APPROVED, Happened::Approved)
            }
            Decision::Rejected { reason } => {
                application.state = ApplicationState::Rejected;
                order_release(connection, &application, ReleaseReason::Rejected).await?;
                (REJECTED, Happened::Rejected { reason })
            }
        };
        self.save(connection, &application).await?;
        self.tell(connection, &application, happened, now).await?;
        let entry = Entry::new(now, itself(), action, Subject::new("application", id));
        audit::record(connection, &entry.under(&application.union_path)).await?;
        Ok(())
    }

    /// eligibility is looked at again at final approval.
    async fn look_again(
        &self,
        connection: &mut PgConnection,
        application: &Application,
        decision: Decision,
    ) -> Result<Decision, Error> {
        let programme = self.programme_of(connection, application).await?;
        let mut missing = Missing::new();
        eligible(&programme, &application.fields, &application.study, &mut missing);
        Ok(match missing.things().first() {
            Some(why) if decision == Decision::Approved => {
                Decision::Rejected { reason: why.text().to_owned() }
            }
            _ => decision,
        })
    }
}

/// Orders that quota makes the place final.
async fn order_confirmation(connection: &mut PgConnection, application: &Application) -> Result<(), Error> {
    let operation = OperationId::new();
    let request = ConfirmRequest {
        operation_id: operation.to_string(),
        programme_id: application.programme_id.to_string(),
        application_id: application.id.to_string(),
    };
    let (programme, id) = (&application.programme_id, application.id);
    store::line_order::add(connection, operation, programme, Some(id), "confirm", &request).await?;
    Ok(())
}
