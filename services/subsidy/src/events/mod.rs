//! What subsidy hears, one event a file.

mod case_decided;
mod case_returned;
mod grant_completed;
mod grant_opened;
mod instalment_paid;
mod place_promoted;
mod step_decided;

use messaging::{Consumer, HandlerError};
use refusal::Refusal;

use crate::app::App;
use crate::error::Error;

/// The Culture Centre, as workers know it.
const CENTRE: &str = "职工文化事业发展中心";

/// Everything that subsidy hears.
pub fn consumer(app: &App) -> Consumer {
    Consumer::new("subsidy")
        .on(step_decided::NoteStep(app.clone()))
        .on(case_returned::GiveBack(app.clone()))
        .on(case_decided::ApplyDecision(app.clone()))
        .on(place_promoted::Promote(app.clone()))
        .on(grant_opened::NoteGrant(app.clone()))
        .on(instalment_paid::NotePayment(app.clone()))
        .on(grant_completed::CompleteGrant(app.clone()))
}

/// Whether it will pass: only the database's failures do.
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
