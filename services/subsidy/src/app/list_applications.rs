//! Lists applications within the scope, newest first.

use auth::Scope;

use super::App;
use crate::domain::{After, Application, Filter};
use crate::error::Error;
use crate::store;

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct ListApplications {
    /// What the caller may see.
    pub scope: Scope,
    /// Which are asked for.
    pub filter: Filter,
    /// Where the page goes on.
    pub after: Option<After>,
    /// How many at most.
    pub limit: u16,
}

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Newest first.
    pub applications: Vec<Application>,
    /// Where the next page goes on; none on the last.
    pub next: Option<After>,
}

impl App {
    /// A page of applications.
    pub async fn list_applications(self, command: ListApplications) -> Result<Page, Error> {
        let mut connection = self.database.acquire().await?;
        let limit = usize::from(command.limit);
        // One more than asked for tells whether there is a next page.
        let mut applications = store::application::list(
            &mut connection,
            &command.scope,
            &self.keyring,
            &command.filter,
            command.after,
            i64::from(command.limit) + 1,
        )
        .await?;
        let more = applications.len() > limit;
        applications.truncate(limit);
        let last = applications.last().filter(|_| more);
        let next = last.map(|last| After { created_at: last.created_at, id: last.id });
        Ok(Page { applications, next })
    }
}
