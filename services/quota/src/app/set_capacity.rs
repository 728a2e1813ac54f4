//! Sets a pool's number of seats: up at any time, down only by free seats.

use vocabulary::{OperationId, PoolId, ProgrammeId};

use super::{App, Receipt};
use crate::domain::{Operation, PoolNow, Request};
use crate::error::Error;

impl App {
    /// Sets a pool's number of seats. Where there are more, the first who wait move up.
    pub async fn set_capacity(
        self,
        programme: ProgrammeId,
        id: OperationId,
        (pool, seats): (PoolId, u32),
    ) -> Result<PoolNow, Error> {
        let request = Request::Capacity { pool: pool.clone(), seats };
        self.ask(&programme, Operation { id, request }).await.and_then(Receipt::of)?;
        self.pool(&programme, &pool).await
    }
}
