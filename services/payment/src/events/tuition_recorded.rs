//! `enrollment.tuition_recorded.v1` lets instalments fall due.

use messaging::{Event, Handler, HandlerError};
use proto::enrollment::TuitionRecorded;
use refusal::Fields;
use sqlx::PgConnection;

use super::unreadable;
use crate::app::App;
use crate::domain::Progress;

/// Notes tuition.
pub struct NoteTuition(pub App);

impl Handler for NoteTuition {
    type Message = TuitionRecorded;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let mut fields = Fields::new();
        let enrollment = fields.parse("enrollment_id", &event.message.enrollment_id);
        let paid = fields.convert("paid_total_fen", event.message.paid_total_fen);
        let tuition = fields.convert("tuition_fen", event.message.tuition_fen);
        let (Some(enrollment), Some(paid), Some(tuition)) = (enrollment, paid, tuition) else {
            return Err(unreadable(fields.refusal()));
        };
        Ok(self.0.note_tuition(connection, enrollment, Progress { paid, tuition }).await?)
    }
}
