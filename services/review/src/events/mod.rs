//! What review hears, one event a file.

mod application_corrected;
mod application_submitted;
mod application_withdrawn;

use messaging::{Consumer, HandlerError};
use refusal::Refusal;

use crate::app::App;
use crate::error::Error;

/// Everything that review hears.
pub fn consumer(app: &App) -> Consumer {
    Consumer::new("review")
        .on(application_submitted::OpenCase(app.clone()))
        .on(application_corrected::CorrectCase(app.clone()))
        .on(application_withdrawn::EndCase(app.clone()))
}

/// Whether it will pass: only the database's failures do.
impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            Error::Refused(_) | Error::BadEvent(_) => Self::permanent(error),
        }
    }
}

/// An event whose fields are not what they should be will never be.
fn unreadable(refusal: Refusal) -> HandlerError {
    HandlerError::permanent(refusal)
}
