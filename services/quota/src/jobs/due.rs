//! The openings and closings that are due, by a clock that was compared at most a second ago.

use std::time::Instant;

use sqlx::PgConnection;
use tokio::time;

use crate::app::{App, Desk, Timetable};
use crate::domain::Ordered;
use crate::error::Error;
use crate::store::journal;

/// What a job knows of the timetable.
#[derive(Default)]
pub(super) struct Due {
    timetable: Option<Timetable>,
}

impl Due {
    /// Whether the clock is to be looked at before it is asked what is due.
    pub(super) fn is_old(&self) -> bool {
        self.timetable.as_ref().is_none_or(Timetable::is_old)
    }

    /// Looks at the clock.
    pub(super) async fn look(&mut self, app: &App, desk: &Desk, db: &mut PgConnection) -> Result<(), Error> {
        // The rounds first: what the clock then shows is not older than they are.
        let rounds = journal::rounds(db, desk.programme()).await?;
        let asked = Instant::now();
        let said = journal::read_clock(db).await?;
        self.timetable = Some(Timetable::new(rounds, said, app.clock.offset(), asked));
        Ok(())
    }

    /// What is due now. Where that is in doubt, for as long as it is: whoever asks meanwhile is neither early nor late.
    pub(super) async fn now(&self, desk: &Desk) -> Vec<Ordered> {
        let Some(timetable) = &self.timetable else { return Vec::new() };
        while let Some(wait) = timetable.doubt() {
            time::sleep(wait).await;
        }
        timetable.due(desk.programme()).iter().map(Ordered::from).collect()
    }
}
