//! `review.case_returned.v1` asks for a correction.

use messaging::{Event, Handler, HandlerError};
use proto::review::CaseReturned;
use refusal::Fields;
use sqlx::PgConnection;

use super::{CENTRE, unreadable};
use crate::app::App;

/// Gives an application back to its worker.
pub struct GiveBack(pub App);

impl Handler for GiveBack {
    type Message = CaseReturned;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let correct_by = fields.parse("correct_by", &message.correct_by);
        let at = fields.require("returned_at", proto::instant(message.returned_at.as_ref()));
        let (Some(id), Some(correct_by), Some(at)) = (id, correct_by, at) else {
            return Err(unreadable(fields.refusal()));
        };
        let by = if message.union_name.is_empty() { CENTRE.to_owned() } else { message.union_name };
        let correction = (by, message.correction, correct_by);
        Ok(self.0.give_back(connection, id, message.revision, correction, at).await?)
    }
}
