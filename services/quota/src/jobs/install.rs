//! Puts an epoch into Redis as PostgreSQL has it: what is known, and the last operations, from one snapshot.

use crate::app::{App, Desk};
use crate::domain::{Epoch, Sequence};
use crate::error::Error;
use crate::store::journal;

/// How many operations are carried in the log. They are what a PostgreSQL that is set back catches up from.
const CARRIED: i64 = 10_000;
/// How many are read and staged at a time.
const CHUNK: i64 = 1_000;

/// Installs an epoch, unless the line has gone on meanwhile or another replica was quicker.
pub(super) async fn install(app: &App, desk: &Desk, epoch: Epoch) -> Result<(), Error> {
    let programme = desk.programme();
    let mut tx = app.database.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let row = journal::committed(&mut tx, programme).await?.ok_or(Error::Disagreement)?.row;
    if row.at.epoch != epoch || row.at.seq != row.base_seq {
        return Ok(());
    }
    let mut staging = app.order.stage(programme);
    let mut last = Sequence::START;
    loop {
        let known = journal::known(&mut tx, programme, last, CHUNK).await?;
        let Some((_, seq, _)) = known.last() else { break };
        last = Sequence::from(*seq);
        staging.know(&known).await?;
    }
    let mut last = Sequence::from((row.at.seq.get() - CARRIED).max(0));
    loop {
        let entries = journal::after(&mut tx, programme, last, CHUNK).await?;
        let Some(entry) = entries.last() else { break };
        last = entry.seq;
        staging.carry(&entries).await?;
    }
    let installed = staging.install(&row).await?;
    tracing::info!(%programme, %epoch, installed, "the order was given to Redis");
    Ok(())
}
