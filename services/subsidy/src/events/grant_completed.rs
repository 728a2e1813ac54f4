//! `payment.grant_completed.v1` ends the payments of a grant.

use messaging::{Event, Handler, HandlerError};
use proto::payment::GrantCompleted;
use refusal::Fields;
use sqlx::PgConnection;

use super::unreadable;
use crate::app::App;

/// Marks a grant as paid in full.
pub struct CompleteGrant(pub App);

impl Handler for CompleteGrant {
    type Message = GrantCompleted;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let grant = fields.parse("grant_id", &message.grant_id);
        let at = fields.require("completed_at", proto::instant(message.completed_at.as_ref()));
        let (Some(id), Some(grant), Some(at)) = (id, grant, at) else {
            return Err(unreadable(fields.refusal()));
        };
        Ok(self.0.complete_grant(connection, id, grant, at).await?)
    }
}
