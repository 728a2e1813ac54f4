//! The openings and closings that are due, by a clock that was compared at most a second ago.

use std::time::Instant;

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
    /// What is due now. Where that is in doubt, for as long as it is: whoever asks meanwhile is neither early nor late.
    pub(super) async fn at(&mut self, app: &App, desk: &Desk) -> Result<Vec<Ordered>, Error> {
        let fresh = match self.timetable.take().filter(|known| !known.is_old()) {
            Some(known) => known,
            None => measure(app, desk).await?,
        };
        let timetable = self.timetable.insert(fresh);
        while let Some(wait) = timetable.doubt() {
            time::sleep(wait).await;
        }
        let due = timetable.due(desk.programme());
        Ok(due.iter().map(Ordered::from).collect())
    }
}

async fn measure(app: &App, desk: &Desk) -> Result<Timetable, Error> {
    let mut db = app.database.acquire().await?;
    // The rounds first: what the clock then shows is not older than they are.
    let rounds = journal::rounds(&mut db, desk.programme()).await?;
    let asked = Instant::now();
    let said = journal::read_clock(&mut db).await?;
    Ok(Timetable::new(rounds, said, app.clock.offset(), asked))
}
