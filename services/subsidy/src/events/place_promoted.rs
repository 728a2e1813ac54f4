//! `quota.place_promoted.v1` gives a waiting application its seat.

use messaging::{Event, Handler, HandlerError};
use proto::quota::PlacePromoted;
use refusal::Fields;
use sqlx::PgConnection;

use super::unreadable;
use crate::app::App;

/// Tells a worker of the seat.
pub struct Promote(pub App);

impl Handler for Promote {
    type Message = PlacePromoted;

    async fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> Result<(), HandlerError> {
        let (message, mut fields) = (event.message, Fields::new());
        let id = fields.parse("application_id", &message.application_id);
        let pool = fields.parse("pool_id", &message.pool_id);
        let (Some(id), Some(pool)) = (id, pool) else {
            return Err(unreadable(fields.refusal()));
        };
        Ok(self.0.promote(connection, id, pool, message.seat_number).await?)
    }
}
