//! Reads one case.

use auth::Scope;
use vocabulary::CaseId;

use super::App;
use crate::domain::Case;
use crate::error::Error;
use crate::store;

impl App {
    /// A case within the scope.
    pub async fn get_case(self, scope: Scope, id: CaseId) -> Result<Case, Error> {
        let mut connection = self.database.acquire().await?;
        store::case::get(&mut connection, &scope, id).await?.ok_or_else(Error::no_such_case)
    }
}
