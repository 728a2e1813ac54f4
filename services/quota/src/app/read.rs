//! Reads of a line: only what was ever committed, and all of it. A PostgreSQL that was set back shows less for a while;
//! nobody is told of it until the log was folded again.

use std::time::{Duration, Instant};

use refusal::{Reason, Refusal};
use sqlx::{Postgres, Transaction};
use tokio::time;

use super::{App, Desk};
use crate::domain::{Mode, Position, Row, Shown};
use crate::error::Error;
use crate::store::journal::{self, Committed};

/// How long a read waits for the line to come to where it was.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// A transaction whose reads all see one moment, and the row of the line at it.
type Snapshot = (Transaction<'static, Postgres>, Committed);

impl App {
    /// One snapshot of the line that shows all that it must, compared on the very connection that is read from. A halted line is
    /// refused where it may not show it: what Redis has ordered is folded only once an operator lets it go on.
    pub(super) async fn snapshot(&self, desk: &Desk) -> Result<Snapshot, Error> {
        self.shown(desk, |_| false).await
    }

    /// The same for those who are to judge a line: where it is halted, they see it as it is.
    pub(super) async fn snapshot_to_judge(&self, desk: &Desk) -> Result<Snapshot, Error> {
        self.shown(desk, |row| row.mode == Mode::Halted).await
    }

    /// A snapshot that shows all that it must, or one that is shown as it is.
    async fn shown(&self, desk: &Desk, as_it_is: fn(&Row) -> bool) -> Result<Snapshot, Error> {
        let begun = Instant::now();
        loop {
            let mut tx = self.database.begin_with(journal::SNAPSHOT).await?;
            let committed = journal::committed(&mut tx, desk.programme()).await?;
            let committed = committed.ok_or(Error::Disagreement)?;
            if as_it_is(&committed.row) {
                return Ok((tx, committed));
            }
            match desk.judge(committed.server, committed.row.at) {
                Shown::Enough => return Ok((tx, committed)),
                Shown::Unknown => {
                    // Nothing is held while Redis is asked: it may be slow to answer, and connections are few.
                    drop(tx);
                    self.compare(desk, &committed).await?;
                }
                Shown::TooLittle if committed.row.mode == Mode::Halted => {
                    return Err(Refusal::new(Reason::LineHalted).into());
                }
                Shown::TooLittle if begun.elapsed() > PATIENCE => return Err(Error::SetBack),
                Shown::TooLittle => {
                    drop(tx);
                    // Again, should the look that found it out have failed: a round that only folds would rest.
                    desk.look_soon();
                    time::sleep(LOOK_AGAIN_AFTER).await;
                }
            }
        }
    }

    /// Sees to it that the server that answers is known to show all that was ever committed, to this replica and to those that
    /// begin while Redis is away.
    pub async fn vouch(&self, desk: &Desk) -> Result<(), Error> {
        let mut db = self.database.acquire().await?;
        let committed = journal::committed(&mut db, desk.programme()).await?.ok_or(Error::Disagreement)?;
        desk.noticed(committed.row.at);
        match desk.judge(committed.server, committed.row.at) {
            Shown::Unknown => {
                drop(db);
                self.compare(desk, &committed).await
            }
            Shown::Enough if !committed.server.is_vouched_for => {
                Ok(journal::vouch_for(&mut db, desk.programme(), committed.server).await?)
            }
            Shown::TooLittle => {
                desk.look_soon();
                Ok(())
            }
            Shown::Enough => Ok(()),
        }
    }

    /// Asks Redis once, for a server that was not read from before, where the line stands.
    async fn compare(&self, desk: &Desk, committed: &Committed) -> Result<(), Error> {
        let (epoch, after) = (committed.row.at.epoch, committed.row.at.seq);
        let order = self.order.read_current(desk.programme(), epoch, after, 1).await?;
        let stands = order.current.zip(order.head).map(|(epoch, head)| Position { epoch, seq: head.seq });
        desk.compared(committed.server, stands);
        Ok(())
    }
}
