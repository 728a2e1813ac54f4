//! Reads a fund.

use auth::Scope;
use vocabulary::{PoolId, ProgrammeId};

use super::App;
use crate::domain::Fund;
use crate::error::Error;
use crate::store;

impl App {
    /// A fund within the scope.
    pub async fn get_fund(self, scope: Scope, programme: ProgrammeId, pool: PoolId) -> Result<Fund, Error> {
        let mut connection = self.database.acquire().await?;
        store::fund::get(&mut connection, &scope, &programme, &pool).await?.ok_or_else(Error::not_found)
    }
}
