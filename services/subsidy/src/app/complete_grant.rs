//! A grant is paid in full; with its last one the application is paid.

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::{ApplicationId, GrantId};

use super::App;
use crate::domain::ApplicationState;
use crate::error::Error;
use crate::store;

impl App {
    /// Takes note, in the transaction of the event that tells it.
    pub async fn complete_grant(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        grant: GrantId,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut application = self.hold(connection, &Scope::Everything, id).await?;
        let last = store::grant::complete(connection, id, grant, at).await?;
        if last && application.state == ApplicationState::Approved {
            application.state = ApplicationState::Paid;
            self.save(connection, &application).await?;
        }
        Ok(())
    }
}
