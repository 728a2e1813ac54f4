//! Lists a programme's funds.

use auth::Scope;
use vocabulary::ProgrammeId;

use super::App;
use crate::domain::Fund;
use crate::error::Error;
use crate::store;

impl App {
    /// The funds within the scope.
    pub async fn list_funds(self, scope: Scope, programme: ProgrammeId) -> Result<Vec<Fund>, Error> {
        let mut connection = self.database.acquire().await?;
        Ok(store::fund::list(&mut connection, &scope, &programme).await?)
    }
}
