//! Tells all that is still missing for a submission, and asks again whether the union has agreed to the major.

use auth::Scope;
use refusal::Missing;
use sqlx::PgPool;
use vocabulary::{ApplicationId, WorkerId};

use super::App;
use crate::domain::{Study, ready_to_send};
use crate::error::Error;
use crate::store;

impl App {
    /// What is missing.
    pub async fn check_application(self, worker: WorkerId, id: ApplicationId) -> Result<Missing, Error> {
        let scope = Scope::Worker(worker);
        let fresh = self.agreement(&self.database, &scope, id).await?;
        let mut tx = self.database.begin().await?;
        let mut application = self.read(&mut tx, &scope, id).await?;
        application.study = fresh.unwrap_or(application.study);
        let programme = self.programme_of(&mut tx, &application).await?;
        Ok(ready_to_send(&application, &programme, self.clock.now()))
    }

    /// What enrollment says now, where the union had not agreed to the major when we asked last.
    pub(super) async fn agreement(
        &self,
        database: &PgPool,
        scope: &Scope,
        id: ApplicationId,
    ) -> Result<Option<Study>, Error> {
        let mut connection = database.acquire().await?;
        let application = store::application::get(&mut connection, scope, &self.keyring, id).await?;
        drop(connection);
        let application = application.ok_or_else(Error::not_found)?;
        if application.study.major_agreed {
            return Ok(None);
        }
        let study = self.enrollment.study(application.worker_id, application.study.enrollment_id).await?;
        Ok(study.major_agreed.then_some(study))
    }
}
