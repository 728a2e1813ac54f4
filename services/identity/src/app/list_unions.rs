//! Lists the children of a union.

use auth::Scope;
use vocabulary::UnionId;

use super::App;
use crate::domain::{After, Union};
use crate::error::Error;
use crate::store;

/// Which unions are asked for.
#[derive(Debug)]
pub struct ListUnions {
    /// What the caller may see.
    pub scope: Scope,
    /// The parent; none for the root.
    pub parent: Option<UnionId>,
    /// Where the page begins.
    pub after: Option<After>,
    /// At most this many.
    pub limit: u16,
}

/// A page of unions.
#[derive(Debug)]
pub struct Page {
    /// In order of code, name and id.
    pub unions: Vec<Union>,
    /// Where the next page begins; none on the last.
    pub next: Option<After>,
}

impl App {
    /// Lists the children that the caller sees.
    pub async fn list_unions(self, query: ListUnions) -> Result<Page, Error> {
        let mut connection = self.database.acquire().await?;
        // One more than asked for tells whether there is a next page.
        let limit = i64::from(query.limit) + 1;
        let after = query.after.as_ref();
        let mut unions =
            store::union_node::children(&mut connection, &query.scope, query.parent, after, limit).await?;
        let more = unions.len() > usize::from(query.limit);
        unions.truncate(query.limit.into());
        let next = unions.last().filter(|_| more).map(|last| After {
            administrative_code: last.administrative_code.clone(),
            name: last.name.clone(),
            id: last.id,
        });
        Ok(Page { unions, next })
    }
}
