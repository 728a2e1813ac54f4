//! Lists the published checkpoints of a line.

use vocabulary::ProgrammeId;

use super::App;
use crate::domain::Sequence;
use crate::error::Error;
use crate::store::checkpoint::{self, Checkpoint};

/// Which page of which line's checkpoints.
#[derive(Debug, Clone)]
pub struct ListCheckpoints {
    /// The programme.
    pub programme: ProgrammeId,
    /// At most this many.
    pub limit: u16,
    /// After the one of this operation.
    pub after: Sequence,
}

/// A page of checkpoints.
#[derive(Debug, Clone)]
pub struct CheckpointPage {
    /// First to last.
    pub checkpoints: Vec<Checkpoint>,
    /// Where the next page begins; none on the last.
    pub next: Option<Sequence>,
}

impl App {
    /// Lists a page of checkpoints. They are for everybody, and name nobody.
    pub async fn list_checkpoints(self, asked: ListCheckpoints) -> Result<CheckpointPage, Error> {
        let desk = self.desks.desk(&asked.programme).await?;
        let (mut snapshot, _) = self.snapshot(&desk).await?;
        // One more than is shown tells whether there is another page.
        let limit = i64::from(asked.limit) + 1;
        let mut checkpoints = checkpoint::list(&mut snapshot, &asked.programme, asked.after, limit).await?;
        let more = checkpoints.len() > asked.limit.into();
        checkpoints.truncate(asked.limit.into());
        let next = checkpoints.last().map(|last| last.seq).filter(|_| more);
        Ok(CheckpointPage { checkpoints, next })
    }
}
