//! Lists a pool's waiting list in order.

use refusal::{Reason, Refusal};
use vocabulary::{PoolId, ProgrammeId};

use super::App;
use crate::domain::{Sequence, WaitingNow};
use crate::error::Error;
use crate::store::{place, pool};

/// Which page of which waiting list.
#[derive(Debug, Clone)]
pub struct ListWaiting {
    /// The programme.
    pub programme: ProgrammeId,
    /// The pool.
    pub pool: PoolId,
    /// At most this many.
    pub limit: u16,
    /// After the one who entered at this sequence.
    pub after: Sequence,
}

/// A page of a waiting list.
#[derive(Debug, Clone)]
pub struct WaitingPage {
    /// First to last.
    pub waiting: Vec<WaitingNow>,
    /// Where the next page begins; none on the last.
    pub next: Option<Sequence>,
}

impl App {
    /// Lists a page of a waiting list.
    pub async fn list_waiting(self, asked: ListWaiting) -> Result<WaitingPage, Error> {
        let desk = self.desks.desk(&asked.programme).await?;
        let (mut tx, _) = self.snapshot(&desk).await?;
        // One more than is shown tells whether there is another page.
        let mut waiting =
            place::waiting(&mut tx, &asked.programme, &asked.pool, asked.after, i64::from(asked.limit) + 1)
                .await?;
        // A pool in which nobody waits, or none at all?
        if waiting.is_empty() {
            let known = pool::figures(&mut tx, &asked.programme, &asked.pool).await?;
            known.ok_or_else(|| Refusal::new(Reason::NotFound))?;
        }
        let more = waiting.len() > asked.limit.into();
        waiting.truncate(asked.limit.into());
        let next = waiting.last().map(|last| last.entered).filter(|_| more);
        Ok(WaitingPage { waiting, next })
    }
}
