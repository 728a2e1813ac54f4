//! Publishes what the chain of a line is: whoever keeps a copy can tell later whether the past was rewritten.

use vocabulary::ProgrammeId;

use super::App;
use super::proof::{as_folded, sign_checkpoint};
use crate::error::Error;
use crate::store::{checkpoint, journal};

/// After so many operations a checkpoint is due at once.
const OPERATIONS: i64 = 1_000;
/// With anything new at all, one is due after so many seconds.
const SECONDS: f64 = 60.0;

impl App {
    /// Publishes a checkpoint of a line, if one is due: of where this replica's own fold stands, if that is what is committed.
    /// It is logged too, so that the log store keeps a copy.
    pub async fn checkpoint_line(&self, programme: &ProgrammeId) -> Result<(), Error> {
        let desk = self.desks.desk(programme).await?;
        let stood = desk.stood();
        let (mut snapshot, committed) = self.snapshot(&desk).await?;
        let stood = as_folded(&mut snapshot, programme, stood, committed.row.at.seq).await?;
        let Some(stood) = stood else { return Ok(()) };
        let seq = stood.seq;
        let due = match checkpoint::last(&mut snapshot, programme).await? {
            Some((last, age)) => seq.get() - last.get() >= OPERATIONS || seq > last && age >= SECONDS,
            None => seq.get() > 0,
        };
        if !due {
            return Ok(());
        }
        let made_at = journal::read_clock(&mut snapshot).await?;
        drop(snapshot);
        let made = sign_checkpoint(&self.keys, programme, stood, made_at);
        let mut db = self.database.acquire().await?;
        if checkpoint::keep(&mut db, programme, &made).await? {
            tracing::info!(
                %programme,
                seq = seq.get(),
                chain = %made.digest,
                arrivals = made.arrivals,
                made_at = %made.made_at,
                key_id = made.key_id,
                signature = hex::encode(&made.signature),
                "published a checkpoint of the line"
            );
        }
        Ok(())
    }
}
