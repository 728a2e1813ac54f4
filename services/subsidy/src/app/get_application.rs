//! Reads an application with its story.

use auth::Scope;
use vocabulary::ApplicationId;

use super::{App, Story};
use crate::error::Error;

impl App {
    /// An application within the scope.
    pub async fn get_application(self, scope: Scope, id: ApplicationId) -> Result<Story, Error> {
        let mut connection = self.database.acquire().await?;
        let application = self.show(&mut connection, &scope, id).await?;
        self.story(&mut connection, application).await
    }
}
