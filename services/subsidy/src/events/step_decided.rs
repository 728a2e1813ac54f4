//! `review.step_decided.v1` adds to the story.

use messaging::{Event, Handler, HandlerError};
use proto::review::{Decision, StepDecided};
use refusal::Fields;
use sqlx::PgConnection;

use super::{CENTRE, unreadable};
use crate::app::App;
use crate::domain::Happened;

/// Notes a step that passed; a return and a rejection are told by events of their own.
pub struct NoteStep(pub App);

impl Handler for NoteStep {
    type Message = StepDecided;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let at = fields.require("decided_at", proto::instant(message.decided_at.as_ref()));
        let (Some(id), Some(at)) = (id, at) else {
            return Err(unreadable(fields.refusal()));
        };
        if message.decision() != Decision::Pass {
            return Ok(());
        }
        let by = if message.centre { CENTRE.to_owned() } else { message.union_name };
        Ok(self.0.note_progress(connection, id, Happened::StepPassed { by }, at).await?)
    }
}
