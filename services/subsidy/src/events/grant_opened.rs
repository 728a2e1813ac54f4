//! `payment.grant_opened.v1` adds to the story.

use messaging::{Event, Handler, HandlerError};
use proto::payment::GrantOpened;
use refusal::Fields;
use sqlx::PgConnection;
use vocabulary::Fen;

use super::unreadable;
use crate::app::App;

/// Notes a grant that payment has opened.
pub struct NoteGrant(pub App);

impl Handler for NoteGrant {
    type Message = GrantOpened;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let pool = fields.parse("pool_id", &message.pool_id);
        let payable = fields.convert::<Fen, _>("payable_fen", message.payable_fen);
        let at = fields.require("opened_at", proto::instant(message.opened_at.as_ref()));
        let (Some(id), Some(pool), Some(payable), Some(at)) = (id, pool, payable, at) else {
            return Err(unreadable(fields.refusal()));
        };
        Ok(self.0.note_grant(connection, id, pool, payable, at).await?)
    }
}
