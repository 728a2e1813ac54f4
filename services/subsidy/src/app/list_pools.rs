//! Lists a programme's pools with the seats left, as quota has committed them.

use vocabulary::ProgrammeId;

use super::App;
use crate::domain::Pool;
use crate::error::Error;

impl App {
    /// The pools, each with its seats left and how many wait. A pool that quota has not heard of yet has all its seats.
    pub async fn list_pools(self, id: ProgrammeId) -> Result<Vec<(Pool, i64, i64)>, Error> {
        let quota = self.quota.clone();
        let programme = self.get_programme(id).await?;
        let mut pools = Vec::with_capacity(programme.pools.len());
        for pool in programme.pools {
            let (left, waiting) = match quota.pool(&programme.id, &pool.id).await {
                Err(Error::Neighbour(failure)) if failure.reason() == Some(refusal::Reason::NotFound) => {
                    (pool.seats, 0)
                }
                answer => answer.map(|pool| (pool.capacity - pool.taken, pool.waiting))?,
            };
            pools.push((pool, left, waiting));
        }
        Ok(pools)
    }
}
