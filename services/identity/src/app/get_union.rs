//! Reads one union.

use auth::Scope;
use vocabulary::UnionId;

use super::App;
use crate::domain::Union;
use crate::error::Error;
use crate::store;

impl App {
    /// A union that the caller sees.
    pub async fn get_union(self, scope: Scope, id: UnionId) -> Result<Union, Error> {
        let mut connection = self.database.acquire().await?;
        store::union_node::get(&mut connection, &scope, id).await?.ok_or_else(Error::not_found)
    }
}
