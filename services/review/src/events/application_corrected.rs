//! `subsidy.application_corrected.v1` gives a case back to the step that asked.

use messaging::{Event, Handler, HandlerError};
use proto::subsidy::ApplicationCorrected;
use refusal::Fields;
use sqlx::PgConnection;

use super::unreadable;
use crate::app::App;

/// Gives a case back to its step.
pub struct CorrectCase(pub App);

impl Handler for CorrectCase {
    type Message = ApplicationCorrected;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let mut fields = Fields::new();
        let application = fields.parse("application_id", &event.message.application_id);
        let application = application.ok_or_else(|| unreadable(fields.refusal()))?;
        Ok(self.0.correct_case(connection, application, event.message.revision).await?)
    }
}
