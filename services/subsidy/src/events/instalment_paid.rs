//! `payment.instalment_paid.v1` adds to the story.

use messaging::{Event, Handler, HandlerError};
use proto::payment::InstalmentPaid;
use refusal::Fields;
use sqlx::PgConnection;
use vocabulary::Fen;

use super::unreadable;
use crate::app::App;
use crate::domain::Happened;

/// Notes a payment, and tells the worker.
pub struct NotePayment(pub App);

impl Handler for NotePayment {
    type Message = InstalmentPaid;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let amount = fields.convert::<Fen, _>("amount_fen", message.amount_fen);
        let at = fields.require("paid_at", proto::instant(message.paid_at.as_ref()));
        let (Some(id), Some(amount), Some(at)) = (id, amount, at) else {
            return Err(unreadable(fields.refusal()));
        };
        let paid = Happened::Paid { amount: amount.to_string() };
        Ok(self.0.note_progress(connection, id, paid, at).await?)
    }
}
