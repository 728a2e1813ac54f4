//! `review.case_decided.v1` approves or rejects.

use messaging::{Event, Handler, HandlerError};
use proto::review::CaseDecided;
use refusal::Fields;
use sqlx::PgConnection;

use super::unreadable;
use crate::app::{App, Decision};

/// Applies a decision.
pub struct ApplyDecision(pub App);

impl Handler for ApplyDecision {
    type Message = CaseDecided;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let Some(id) = id else {
            return Err(unreadable(fields.refusal()));
        };
        let decision =
            if message.approved { Decision::Approved } else { Decision::Rejected { reason: message.reason } };
        Ok(self.0.apply_decision(connection, id, decision).await?)
    }
}
