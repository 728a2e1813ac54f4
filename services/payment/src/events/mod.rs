//! What payment hears, one event a file.

mod grant_created;
mod tuition_recorded;

use messaging::{Consumer, HandlerError};
use refusal::Refusal;

use crate::app::App;
use crate::error::Error;

/// Everything that payment hears.
pub fn consumer(app: &App) -> Consumer {
    Consumer::new("payment")
        .on(grant_created::OpenGrant(app.clone()))
        .on(tuition_recorded::NoteTuition(app.clone()))
}

/// Whether it will pass: the database's failures may, what an event says will not.
impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            other => Self::permanent(other),
        }
    }
}

/// An event whose fields are not what they should be will never be.
fn unreadable(refusal: Refusal) -> HandlerError {
    HandlerError::permanent(refusal)
}
