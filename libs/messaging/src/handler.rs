//! What a service does about an event.

use std::future::Future;

use prost::{Message, Name};
use sqlx::PgConnection;

use crate::{Event, HandlerError};

/// Handles one kind of event.
pub trait Handler: Send + Sync + 'static {
    /// The kind.
    type Message: Message + Name + Default;

    /// Does what the event asks for, in the transaction that also notes it as handled. It may come out of order, never
    /// twice. A neighbour is not called from here: an intent is stored, and a job follows it up.
    fn handle(
        &self,
        connection: &mut PgConnection,
        event: Event<Self::Message>,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;
}
