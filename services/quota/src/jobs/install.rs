//! Stages an epoch for Redis as PostgreSQL has it: what is known, and the last operations, from one snapshot.

use sqlx::PgConnection;
use vocabulary::ProgrammeId;

use crate::app::{App, Desk};
use crate::domain::{Epoch, Row, Sequence};
use crate::error::Error;
use crate::store::journal;
use crate::store::order::Staging;

/// How many operations are carried in the log. They are what a PostgreSQL that is set back catches up from.
const CARRIED: i64 = 10_000;
/// How many are read and staged at a time.
const CHUNK: i64 = 2_000;

/// Stages an epoch; none where the line has gone on meanwhile.
pub(super) async fn stage<'a>(
    app: &'a App,
    desk: &'a Desk,
    epoch: Epoch,
) -> Result<Option<(Staging<'a>, Row)>, Error> {
    let programme = desk.programme();
    let mut snapshot = app.database.begin_with(journal::SNAPSHOT).await?;
    let row = journal::committed(&mut snapshot, programme).await?.ok_or(Error::Disagreement)?.row;
    if !row.can_be_installed(epoch) {
        return Ok(None);
    }
    let mut staging = app.order.stage(programme);
    if let Err(error) = fill(&mut staging, &mut snapshot, programme, &row).await {
        drop(snapshot);
        staging.abandon().await;
        return Err(error);
    }
    Ok(Some((staging, row)))
}

async fn fill(
    staging: &mut Staging<'_>,
    snapshot: &mut PgConnection,
    programme: &ProgrammeId,
    row: &Row,
) -> Result<(), Error> {
    let mut last = Sequence::START;
    loop {
        let known = journal::known(snapshot, programme, last, CHUNK).await?;
        let Some((_, seq, _)) = known.last() else { break };
        last = Sequence::from(*seq);
        staging.know(&known).await?;
    }
    let mut last = Sequence::from((row.at.seq.get() - CARRIED).max(0));
    loop {
        let entries = journal::after(snapshot, programme, last, CHUNK).await?;
        let Some(entry) = entries.last() else { break };
        last = entry.seq;
        staging.carry(&entries).await?;
    }
    Ok(())
}
