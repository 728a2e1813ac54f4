//! `subsidy.application_withdrawn.v1` ends a case.

use messaging::{Event, Handler, HandlerError};
use proto::subsidy::ApplicationWithdrawn;
use refusal::Fields;
use sqlx::PgConnection;

use super::unreadable;
use crate::app::App;

/// Ends a case.
pub struct EndCase(pub App);

impl Handler for EndCase {
    type Message = ApplicationWithdrawn;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let mut fields = Fields::new();
        let application = fields.parse("application_id", &event.message.application_id);
        let application = application.ok_or_else(|| unreadable(fields.refusal()))?;
        Ok(self.0.end_case(connection, application).await?)
    }
}
