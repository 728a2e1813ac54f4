//! Makes the line of a programme.

use audit::{Action, Actor, Entry, Subject};
use refusal::{Reason, Refusal};
use vocabulary::ProgrammeId;

use super::beside_line::refuse_known;
use super::desks::MAX_LINES;
use super::{App, LineState};
use crate::error::Error;
use crate::store::journal::{self, Created};

/// Which line is to be made.
#[derive(Debug, Clone)]
pub struct CreateLine {
    /// The call, as far as repetition goes.
    pub request: postgres::Request,
    /// Who calls.
    pub by: Actor,
    /// The programme.
    pub programme: ProgrammeId,
}

const LINE_CREATED: Action = Action::new("LINE_CREATED");

impl App {
    /// Makes the line of a programme, or leaves it as it is. Redis learns of it with its first operation.
    pub async fn create_line(self, asked: CreateLine) -> Result<LineState, Error> {
        let mut tx = self.database.begin().await?;
        if asked.request.answered::<()>(&mut tx).await?.is_none() {
            refuse_known(&mut tx, &asked.programme, &asked.request).await?;
            if journal::create(&mut tx, &asked.programme).await? == Created::New {
                if journal::programmes(&mut tx).await?.len() > MAX_LINES {
                    return Err(Refusal::new(Reason::LinesTooMany).with("max", MAX_LINES).into());
                }
                let subject = Subject::new("line", &asked.programme);
                let entry = Entry::new(self.clock.now(), asked.by, LINE_CREATED, subject);
                audit::record(&mut tx, &entry.asked_by(asked.request.id())).await?;
            }
            asked.request.keep(&mut tx, &()).await?;
        }
        tx.commit().await?;
        self.line(&asked.programme).await
    }
}
