//! Adds a pool to a line; it takes in everybody in its scope, in arrival order.

use vocabulary::{OperationId, PoolId, ProgrammeId, UnionId};

use super::{App, Receipt};
use crate::domain::{Operation, PoolNow, Request};
use crate::error::Error;

impl App {
    /// Adds a pool.
    pub async fn add_pool(
        self,
        programme: ProgrammeId,
        id: OperationId,
        (pool, union, seats): (PoolId, UnionId, u32),
    ) -> Result<PoolNow, Error> {
        let request = Request::AddPool { pool: pool.clone(), union, seats };
        self.ask(&programme, Operation { id, request }).await.and_then(Receipt::of)?;
        self.pool(&programme, &pool).await
    }
}
