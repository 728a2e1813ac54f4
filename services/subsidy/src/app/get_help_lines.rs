//! Whom a worker can ask about an application.

use vocabulary::{ApplicationId, WorkerId};

use super::App;
use crate::domain::HelpLine;
use crate::error::Error;
use crate::store;

impl App {
    /// The help lines of the programme of a worker's own application; none of anybody else's. A refusal at the minute when
    /// a window opens costs this one query, and opens nothing that is sealed.
    pub async fn get_help_lines(self, worker: WorkerId, id: ApplicationId) -> Result<Vec<HelpLine>, Error> {
        let mut connection = self.database.acquire().await?;
        Ok(store::programme::help_lines(&mut connection, worker, id).await?)
    }
}
