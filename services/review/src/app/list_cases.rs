//! Lists cases.

use auth::Scope;

use super::App;
use crate::domain::{After, Case, Filter};
use crate::error::Error;
use crate::store;

/// Which cases are asked for.
#[derive(Debug)]
pub struct ListCases {
    /// What the caller may see.
    pub scope: Scope,
    /// What the caller wants to see of it.
    pub filter: Filter,
    /// Where the page begins.
    pub after: Option<After>,
    /// At most this many.
    pub limit: u16,
}

/// A page of cases.
#[derive(Debug)]
pub struct Page {
    /// In order of arrival.
    pub cases: Vec<Case>,
    /// Where the next page begins; none on the last.
    pub next: Option<After>,
}

impl App {
    /// Lists cases within the scope.
    pub async fn list_cases(self, query: ListCases) -> Result<Page, Error> {
        let mut connection = self.database.acquire().await?;
        // One more than asked for tells whether there is a next page.
        let limit = i64::from(query.limit) + 1;
        let mut cases =
            store::case::list(&mut connection, &query.scope, &query.filter, query.after, limit).await?;
        let more = cases.len() > usize::from(query.limit);
        cases.truncate(query.limit.into());
        let last = cases.last().filter(|_| more);
        let next = last.map(|case| After { arrival_number: case.arrival_number, case_id: case.id });
        Ok(Page { cases, next })
    }
}
