//! Reads a grant.

use auth::Scope;
use vocabulary::GrantId;

use super::App;
use crate::domain::Grant;
use crate::error::Error;
use crate::store;

impl App {
    /// A grant within the scope.
    pub async fn get_grant(self, scope: Scope, id: GrantId) -> Result<Grant, Error> {
        let mut connection = self.database.acquire().await?;
        store::grant::get(&mut connection, &scope, id).await?.ok_or_else(Error::not_found)
    }
}
