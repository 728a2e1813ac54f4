//! The combiner: folds what Redis has ordered into PostgreSQL, for all replicas. It drives `domain/combine.rs`.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgConnection, Postgres, Transaction};
use tokio::time;
use tokio_util::sync::CancellationToken;

use super::recover;
use crate::app::{App, Desk};
use crate::domain::{
    Batch, Entry, Epoch, HaltCause, Line, Memory, Mode, Position, Row, Seen, Step, next_step,
};
use crate::error::Error;
use crate::store::journal;

/// The most entries folded in one transaction.
pub(super) const MOST: usize = 1_000;
/// Where nothing calls, the log is looked at this often: another replica may have died with it.
const TICK: Duration = Duration::from_secs(1);
/// After a failure, whose outcome may be unknown, this long passes before the line is loaded anew.
const PAUSE: Duration = Duration::from_millis(200);

/// A replica's fold of a line, and the epoch it was loaded in.
struct Fold {
    epoch: Epoch,
    line: Line,
}

/// A combiner between two steps.
struct Combiner {
    app: App,
    desk: Arc<Desk>,
    /// None until it is loaded, and again when it may not be what is committed.
    fold: Option<Fold>,
    /// The latest position ever seen committed; it outlives the fold.
    durable: Position,
}

/// Folds a line for as long as the process runs.
pub(super) async fn combine(app: App, desk: Arc<Desk>, stop: CancellationToken) {
    let durable = desk.view().at;
    let mut combiner = Combiner { app, desk, fold: None, durable };
    while !stop.is_cancelled() {
        if let Err(error) = combiner.until_rest().await {
            combiner.failed(&error).await;
            time::sleep(PAUSE).await;
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = combiner.desk.combine_wanted() => {}
            () = time::sleep(TICK) => {}
        }
    }
}

impl Combiner {
    /// Steps until there is nothing left to do.
    async fn until_rest(&mut self) -> Result<(), Error> {
        if let Some((epoch, evidence)) = self.desk.take_suspicion() {
            let checked = recover::recover(&self.app, &self.desk, epoch, evidence, self.durable).await;
            self.desk.publish_check();
            checked?;
        }
        while self.step().await? {}
        Ok(())
    }

    /// One step; tells whether there may be more to do.
    async fn step(&mut self) -> Result<bool, Error> {
        let memory = self.memory().await?;
        let (epoch, after) = (memory.at.epoch, memory.at.seq);
        let order = self.app.order.read(self.desk.programme(), epoch, after, MOST).await?;
        let seen = Seen { epoch, after, order };
        if seen.is_nothing_new(&memory) && self.desk.view().mode == Mode::Log {
            return Ok(false);
        }
        let mut tx = self.app.database.begin().await?;
        let row = journal::lock(&mut tx, self.desk.programme()).await?.ok_or(Error::Disagreement)?;
        match next_step(&memory, &row, seen) {
            Step::Rest | Step::Halted => {
                self.desk.publish(&row);
                Ok(false)
            }
            Step::ReadAgain => Ok(true),
            Step::Reload => {
                self.fold = None;
                Ok(true)
            }
            Step::SetBack => {
                self.fold = None;
                tracing::warn!(programme = %self.desk.programme(), "PostgreSQL was set back; folding the log again");
                Ok(true)
            }
            Step::Recover(evidence) => {
                drop(tx);
                recover::recover(&self.app, &self.desk, row.at.epoch, evidence, self.durable).await
            }
            Step::Fold { known, fresh } => self.fold(tx, row, known, fresh).await.map(|()| true),
        }
    }

    /// Folds under the lock. The fold is this replica's again only after the commit.
    async fn fold(
        &mut self,
        mut tx: Transaction<'_, Postgres>,
        mut row: Row,
        known: Vec<Entry>,
        fresh: Vec<Entry>,
    ) -> Result<(), Error> {
        let mut fold = self.fold.take().ok_or(Error::Disagreement)?;
        let known = self.catch_up(&mut tx, &mut fold, &row, known).await?;
        let batch = Batch::fold(&mut fold.line, fresh);
        if !batch.operations.is_empty() {
            journal::write(&mut tx, self.desk.programme(), fold.epoch, &fold.line, &batch).await?;
        }
        tx.commit().await?;

        row.at.seq = fold.line.seq();
        self.durable = self.durable.max(row.at);
        self.fold = Some(fold);
        self.desk.tell(&known.operations);
        self.desk.tell(&batch.operations);
        self.desk.publish(&row);
        Ok(())
    }

    async fn memory(&mut self) -> Result<Memory, Error> {
        let fold = match self.fold.take() {
            Some(fold) => fold,
            None => self.load().await?,
        };
        let at = Position { epoch: fold.epoch, seq: fold.line.seq() };
        let memory = Memory { at, link: fold.line.link().clone() };
        self.fold = Some(fold);
        Ok(memory)
    }

    /// Folds what others have committed: what the log showed of it, the rest from the journal.
    async fn catch_up(
        &self,
        db: &mut PgConnection,
        fold: &mut Fold,
        row: &Row,
        known: Vec<Entry>,
    ) -> Result<Batch, Error> {
        let mut batch = Batch::fold(&mut fold.line, known);
        while fold.line.seq() < row.at.seq {
            let missing = journal::after(
                db,
                self.desk.programme(),
                fold.line.seq(),
                i64::try_from(MOST).unwrap_or(i64::MAX),
            )
            .await?;
            if missing.is_empty() {
                return Err(Error::Disagreement);
            }
            batch.operations.extend(Batch::fold(&mut fold.line, missing).operations);
        }
        // Not the same history: somewhere the fold was not what it is here.
        if fold.line.digest() == row.digest { Ok(batch) } else { Err(Error::Disagreement) }
    }

    /// Loads the line from its journal.
    async fn load(&mut self) -> Result<Fold, Error> {
        let mut tx = self.app.database.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let committed = journal::committed(&mut tx, self.desk.programme()).await?;
        let row = committed.ok_or(Error::Disagreement)?.row;
        let mut fold = Fold { epoch: row.at.epoch, line: Line::new(self.desk.programme()) };
        let batch = self.catch_up(&mut tx, &mut fold, &row, Vec::new()).await?;
        self.durable = self.durable.max(row.at);
        self.desk.tell(&batch.operations);
        self.desk.publish(&row);
        Ok(fold)
    }

    /// The outcome may be unknown: the fold was dropped, and everything begins again from what is committed. A violated
    /// constraint is a fault of this program, and nobody may go on from it.
    async fn failed(&mut self, error: &Error) {
        let programme = self.desk.programme();
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(%programme, %error, cause, "the combiner begins again");
        if error.is_violation()
            && let Err(error) = recover::halt(&self.app, &self.desk, HaltCause::ConstraintViolated).await
        {
            tracing::error!(%programme, %error, "the line cannot be halted");
        }
    }
}
