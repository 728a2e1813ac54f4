//! Reads a pool's figures.

use refusal::{Reason, Refusal};
use vocabulary::{PoolId, ProgrammeId};

use super::App;
use crate::domain::PoolNow;
use crate::error::Error;
use crate::store::pool;

impl App {
    /// Reads a pool's figures as committed.
    pub async fn get_pool(self, programme: ProgrammeId, id: PoolId) -> Result<PoolNow, Error> {
        self.pool(&programme, &id).await
    }

    pub(super) async fn pool(&self, programme: &ProgrammeId, id: &PoolId) -> Result<PoolNow, Error> {
        let desk = self.desks.desk(programme).await?;
        let (mut tx, _) = self.snapshot(&desk).await?;
        let figures = pool::figures(&mut tx, programme, id).await?;
        Ok(figures.ok_or_else(|| Refusal::new(Reason::NotFound))?)
    }
}
