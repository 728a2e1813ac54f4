//! Lists grants.

use auth::Scope;
use vocabulary::{ApplicationId, GrantId};

use super::{App, Page};
use crate::domain::Grant;
use crate::error::Error;
use crate::store;

/// Which grants are asked for.
#[derive(Debug)]
pub struct ListGrants {
    /// What the caller may see.
    pub scope: Scope,
    /// Only of this application.
    pub application: Option<ApplicationId>,
    /// Where the page begins.
    pub after: Option<GrantId>,
    /// At most this many.
    pub limit: u16,
}

impl App {
    /// Lists grants within the scope.
    pub async fn list_grants(self, query: ListGrants) -> Result<Page<Grant>, Error> {
        let mut connection = self.database.acquire().await?;
        let ListGrants { scope, application, after, limit } = query;
        let grants =
            store::grant::list(&mut connection, &scope, application, after, i64::from(limit) + 1).await?;
        Ok(Page::of(grants, limit))
    }
}
