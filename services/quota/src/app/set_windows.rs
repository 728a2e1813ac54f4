//! Sets when the rounds of a line open and close.

use std::time::Instant;

use audit::{Action, Actor, Detail, Entry, Subject};
use refusal::{Reason, Refusal};
use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use super::beside_line::refuse_known;
use super::{App, LineState, Timetable};
use crate::domain::{Round, replace};
use crate::error::Error;
use crate::store::journal;

/// Which windows are to be set.
#[derive(Debug, Clone)]
pub struct SetWindows {
    /// The call, as far as repetition goes.
    pub request: postgres::Request,
    /// Who calls.
    pub by: Actor,
    /// The programme.
    pub programme: ProgrammeId,
    /// All its rounds; what each has come to is not read.
    pub rounds: Vec<Round>,
}

const WINDOWS_SET: Action = Action::new("WINDOWS_SET");

impl App {
    /// Sets the windows. A moment that has passed, or is about to, stays.
    pub async fn set_windows(self, asked: SetWindows) -> Result<LineState, Error> {
        let mut tx = self.database.begin().await?;
        if asked.request.answered::<()>(&mut tx).await?.is_none() {
            self.replace_windows(&mut tx, &asked).await?;
            asked.request.keep(&mut tx, &()).await?;
        }
        tx.commit().await?;
        self.line(&asked.programme).await
    }

    async fn replace_windows(&self, db: &mut PgConnection, asked: &SetWindows) -> Result<(), Error> {
        let locked = journal::lock(db, &asked.programme).await?;
        locked.ok_or_else(|| Refusal::new(Reason::NotFound))?;
        refuse_known(db, &asked.programme, &asked.request).await?;
        let old = journal::rounds(db, &asked.programme).await?;
        let clock = Instant::now();
        let said = journal::read_clock(db).await?;
        let now = Timetable::new(Vec::new(), said, self.clock.offset(), clock).now();
        replace(&old, &asked.rounds, now).map_err(Refusal::from)?;
        journal::replace_rounds(db, &asked.programme, &asked.rounds).await?;

        let rounds = || asked.rounds.iter();
        let detail = Detail::new()
            .with("rounds", rounds().map(|round| &round.id).collect::<Vec<_>>())
            .with("open_at", rounds().map(|round| round.opens_at).collect::<Vec<_>>())
            .with("close_at", rounds().map(|round| round.closes_at).collect::<Vec<_>>());
        let subject = Subject::new("line", &asked.programme);
        let entry = Entry::new(self.clock.now(), asked.by.clone(), WINDOWS_SET, subject).with(detail);
        audit::record(db, &entry.asked_by(asked.request.id())).await?;
        Ok(())
    }
}
