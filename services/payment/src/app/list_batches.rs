//! Lists batches.

use auth::Scope;
use vocabulary::{BatchId, ProgrammeId};

use super::{App, Page};
use crate::domain::Batch;
use crate::error::Error;
use crate::store;

/// Which batches are asked for.
#[derive(Debug)]
pub struct ListBatches {
    /// What the caller may see.
    pub scope: Scope,
    /// Only of this programme.
    pub programme: Option<ProgrammeId>,
    /// Where the page begins.
    pub before: Option<BatchId>,
    /// At most this many.
    pub limit: u16,
}

impl App {
    /// Lists batches within the scope, newest first.
    pub async fn list_batches(self, query: ListBatches) -> Result<Page<Batch>, Error> {
        let mut connection = self.database.acquire().await?;
        let ListBatches { scope, programme, before, limit } = query;
        let batches =
            store::batch::list(&mut connection, &scope, programme.as_ref(), before, i64::from(limit) + 1)
                .await?;
        Ok(Page::of(batches, limit))
    }
}
