//! Has the order of a line looked at again, and lets a halted line go on once its cause is understood.

use audit::{Action, Actor, Detail, Entry, Subject};
use refusal::{Reason, Refusal};
use tokio::time;
use vocabulary::ProgrammeId;

use super::beside_line::refuse_known;
use super::{App, LineState};
use crate::domain::{Evidence, HaltCause};
use crate::error::Error;
use crate::store::journal;

/// Which line is to be recovered.
#[derive(Debug, Clone)]
pub struct RecoverLine {
    /// The call, as far as repetition goes.
    pub request: postgres::Request,
    /// Who calls.
    pub by: Actor,
    /// The programme.
    pub programme: ProgrammeId,
}

const LINE_RECOVERED: Action = Action::new("LINE_RECOVERED");

impl App {
    /// Lets a halted line go on, and has its combiner compare both stores. What to make of it, the combiner decides: where
    /// what was committed is still missing, the line halts again.
    pub async fn recover_line(self, asked: RecoverLine) -> Result<LineState, Error> {
        let mut tx = self.database.begin().await?;
        if asked.request.answered::<()>(&mut tx).await?.is_none() {
            let locked = journal::lock(&mut tx, &asked.programme).await?;
            locked.ok_or_else(|| Refusal::new(Reason::NotFound))?;
            refuse_known(&mut tx, &asked.programme, &asked.request).await?;
            let halted_by = journal::resume(&mut tx, &asked.programme).await?;
            let subject = Subject::new("line", &asked.programme);
            let entry = Entry::new(self.clock.now(), asked.by.clone(), LINE_RECOVERED, subject);
            // What was overridden stands nowhere else from now on.
            let entry = entry.with(Detail::new().with("halted_by", halted_by.map_or("", HaltCause::as_str)));
            audit::record(&mut tx, &entry.asked_by(asked.request.id())).await?;
            asked.request.keep(&mut tx, &()).await?;
        }
        tx.commit().await?;
        let desk = self.desks.desk(&asked.programme).await?;
        let looked = time::timeout(self.patience(), desk.report(desk.view().at.epoch, Evidence::Asked)).await;
        // The line may go on, and was not looked at in time: the same call again waits for it again.
        looked.map_err(|_| Error::NotDecided)?;
        self.line(&asked.programme).await
    }
}
