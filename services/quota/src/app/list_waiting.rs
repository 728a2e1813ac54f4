//! Lists a pool's waiting list in order.

use vocabulary::{PoolId, ProgrammeId};

use super::App;
use crate::error::Error;
use crate::store::place::{self, WaitingPage};

/// Which page of which waiting list.
#[derive(Debug, Clone)]
pub struct ListWaiting {
    /// The programme.
    pub programme: ProgrammeId,
    /// The pool.
    pub pool: PoolId,
    /// At most this many.
    pub most: i64,
    /// After the one who entered at this sequence.
    pub after: i64,
}

impl App {
    /// Lists a page of a waiting list.
    pub async fn list_waiting(self, asked: ListWaiting) -> Result<WaitingPage, Error> {
        let desk = self.desks.desk(&asked.programme).await?;
        let (mut tx, _) = self.snapshot(&desk).await?;
        Ok(place::waiting(&mut tx, &asked.programme, &asked.pool, asked.after, asked.most).await?)
    }
}
