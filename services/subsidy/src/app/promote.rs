//! A waiting application got a seat: the worker is told, and a grant is made where it is approved.

use auth::Scope;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, PoolId};

use super::App;
use crate::domain::Happened;
use crate::error::Error;

impl App {
    /// Takes note of a promotion, in the transaction of the event that tells it.
    pub async fn promote(
        &self,
        connection: &mut PgConnection,
        id: ApplicationId,
        pool: PoolId,
        seat_number: i64,
    ) -> Result<(), Error> {
        let mut application = self.hold(connection, &Scope::Everything, id).await?;
        let programme = self.programme_of(connection, &application).await?;
        let name = programme.pool(&pool).map_or_else(|| pool.to_string(), |pool| pool.name.clone());
        let happened = Happened::Promoted { pool: name, seat_number };
        self.tell(connection, &application, happened, self.clock.now()).await?;
        self.make_grant(connection, &mut application, &programme, &pool).await
    }
}
