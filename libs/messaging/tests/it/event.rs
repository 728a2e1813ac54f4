//! The event that these tests announce, and what is done about it.

use futures::FutureExt;
use futures::future::BoxFuture;
use messaging::{Event, Handler, HandlerError, Outgoing};
use prost::{Message, Name};
use sqlx::PgConnection;
use uuid::Uuid;

/// Its routing key.
pub const COUNTED: &str = "review.step_counted.v1";

/// An event that is nothing but a number.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub struct Counted {
    #[prost(uint32, tag = "1")]
    pub number: u32,
}

impl Name for Counted {
    const NAME: &'static str = "StepCounted";
    const PACKAGE: &'static str = "yuanmeng.review.v1";
}

/// One of them on its way out.
pub fn counted(number: u32) -> Outgoing {
    Outgoing {
        message_id: Uuid::now_v7(),
        routing_key: COUNTED.to_owned(),
        subject: format!("step {number}"),
        body: Counted { number }.encode_to_vec(),
        traceparent: None,
    }
}

/// Does what a test wants with each number.
struct Each<F>(F);

impl<F> Handler for Each<F>
where
    F: for<'a> Fn(&'a mut PgConnection, u32) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync
        + 'static,
{
    type Message = Counted;

    async fn handle(&self, connection: &mut PgConnection, event: Event<Counted>) -> Result<(), HandlerError> {
        assert_eq!(event.subject, format!("step {}", event.message.number));
        (self.0)(connection, event.message.number).await
    }
}

/// The one effect that an event has here: its number in a table that would take it twice.
pub async fn effect(connection: &mut PgConnection, number: u32) -> Result<(), HandlerError> {
    sqlx::query("INSERT INTO effect (number) VALUES ($1)")
        .bind(i64::from(number))
        .execute(connection)
        .await?;
    Ok(())
}

/// A handler that does this with each number.
pub fn each<F>(work: F) -> impl Handler
where
    F: for<'a> Fn(&'a mut PgConnection, u32) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync
        + 'static,
{
    Each(work)
}

/// A handler that has no trouble.
pub fn plainly() -> impl Handler {
    each(|connection, number| effect(connection, number).boxed())
}
