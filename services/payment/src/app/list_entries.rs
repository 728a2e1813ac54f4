//! Lists the ledger's entries.

use auth::Scope;
use uuid::Uuid;

use super::{App, Page};
use crate::domain::Posted;
use crate::error::Error;
use crate::store;

/// Which entries are asked for.
#[derive(Debug)]
pub struct ListEntries {
    /// What the caller may see.
    pub scope: Scope,
    /// Only of this account.
    pub account: Option<String>,
    /// Where the page begins.
    pub before: Option<Uuid>,
    /// At most this many.
    pub limit: u16,
}

impl App {
    /// Lists entries within the scope, newest first.
    pub async fn list_entries(self, query: ListEntries) -> Result<Page<Posted>, Error> {
        let mut connection = self.database.acquire().await?;
        let ListEntries { scope, account, before, limit } = query;
        let account = account.as_deref();
        let entries =
            store::ledger::list(&mut connection, &scope, account, before, i64::from(limit) + 1).await?;
        Ok(Page::of(entries, limit))
    }
}
