//! Takes the answer to a confirmation: every seat held becomes a grant.

use auth::Scope;
use sqlx::PgConnection;
use vocabulary::ApplicationId;

use super::App;
use crate::clients::Place;
use crate::domain::Standing;
use crate::error::Error;

impl App {
    pub(super) async fn confirmed(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        place: &Place,
    ) -> Result<(), Error> {
        let mut application = self.hold(connection, &Scope::Everything, id).await?;
        let programme = self.programme_of(connection, &application).await?;
        for standing in place.standings.iter().filter(|standing| Standing::is_seated(standing)) {
            self.make_grant(connection, &mut application, &programme, &standing.pool).await?;
        }
        Ok(())
    }
}
