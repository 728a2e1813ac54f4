//! Notes what others did with an application: a step passed, a return, a grant opened, money paid.

use auth::Scope;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::{ApplicationId, Day, Fen, PoolId};

use super::App;
use crate::domain::{ApplicationState, Happened};
use crate::error::Error;

impl App {
    /// Adds a happening to the story, in the transaction of the event that tells it.
    pub async fn note_progress(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        happened: Happened,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let application = self.read(connection, &Scope::Everything, id).await?;
        self.tell(connection, &application, happened, at).await
    }

    /// Adds that a grant was opened.
    pub async fn note_grant(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        pool: PoolId,
        payable: Fen,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let application = self.read(connection, &Scope::Everything, id).await?;
        let programme = self.programme_of(connection, &application).await?;
        let name = programme.pool(&pool).map_or_else(|| pool.to_string(), |pool| pool.name.clone());
        let happened = Happened::Granted { pool: name, amount: payable.to_string() };
        self.tell(connection, &application, happened, at).await
    }

    /// Gives a returned application back to its worker; its place stays until the correction is due. A return of
    /// what has ended or was corrected since is old.
    pub async fn give_back(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        revision: i32,
        (by, correction, correct_by): (String, String, Day),
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut application = self.hold(connection, &Scope::Everything, id).await?;
        if application.state != ApplicationState::InReview || application.revision != revision {
            return Ok(());
        }
        application.state = ApplicationState::Returned { correction: correction.clone(), correct_by };
        self.save(connection, &application).await?;
        let happened = Happened::Returned { by, correction, correct_by: correct_by.to_string() };
        self.tell(connection, &application, happened, at).await
    }
}
