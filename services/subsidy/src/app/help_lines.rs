//! Whom a worker can ask about an application.

use auth::Scope;
use vocabulary::{ApplicationId, WorkerId};

use super::App;
use crate::domain::HelpLine;
use crate::error::Error;

impl App {
    /// The help lines of the programme of a worker's own application.
    pub async fn help_lines(self, worker: WorkerId, id: ApplicationId) -> Result<Vec<HelpLine>, Error> {
        let mut connection = self.database.acquire().await?;
        let application = self.read(&mut connection, &Scope::Worker(worker), id).await?;
        Ok(self.programme_of(&mut connection, &application).await?.help_lines)
    }
}
