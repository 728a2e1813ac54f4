//! Reads of a line: only what was ever committed, and all of it. A PostgreSQL that was set back shows less for a while;
//! nobody is told of it until the log was folded again.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::{Postgres, Transaction};
use tokio::time;

use super::{App, Desk, View};
use crate::domain::{Mode, Position, Shown};
use crate::error::Error;
use crate::store::journal::{self, Committed};

/// How long a read waits for the line to come to where it was.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

impl App {
    /// One snapshot of the line that shows all that it must, compared on the very connection that is read from.
    pub(super) async fn snapshot(
        &self,
        desk: &Desk,
    ) -> Result<(Transaction<'static, Postgres>, Committed), Error> {
        let begun = Instant::now();
        loop {
            let mut tx = self.database.begin_with(journal::SNAPSHOT).await?;
            let committed = journal::committed(&mut tx, desk.programme()).await?;
            let committed = committed.ok_or(Error::Disagreement)?;
            match desk.judge(committed.server, committed.row.at) {
                Shown::Enough => return Ok((tx, committed)),
                Shown::Unknown => {
                    let row = &committed.row;
                    self.compare(desk, committed.server, View { at: row.at, mode: row.mode, checks: 0 })
                        .await?;
                }
                Shown::TooLittle if begun.elapsed() > PATIENCE => return Err(Error::SetBack),
                Shown::TooLittle => {
                    drop(tx);
                    desk.combine_soon();
                    time::sleep(LOOK_AGAIN_AFTER).await;
                }
            }
        }
    }

    /// Asks Redis once, for a server that was not read from before, where the line stands. In mode `DIRECT` there is nothing
    /// to compare it with.
    pub async fn compare(&self, desk: &Desk, server: DateTime<Utc>, view: View) -> Result<(), Error> {
        let mut stands = None;
        if view.mode != Mode::Direct {
            let Position { epoch, seq } = view.at;
            let order = self.order.read_current(desk.programme(), epoch, seq, 1).await?;
            stands = order.current.zip(order.head).map(|(epoch, head)| Position { epoch, seq: head.seq });
        }
        desk.compared(server, stands);
        Ok(())
    }
}
