//! A correction has come: the step that asked decides again.

use audit::{Action, Actor, Detail, Entry, Subject};
use auth::Scope;
use sqlx::PgConnection;
use vocabulary::ApplicationId;

use super::App;
use crate::error::Error;
use crate::store;

const CORRECTED: Action = Action::new("CASE_CORRECTED");

impl App {
    /// Gives a returned case back to its step, in the transaction of the event. A correction that is known already, or
    /// that comes after the end, changes nothing.
    pub async fn correct_case(
        &self,
        connection: &mut PgConnection,
        application: ApplicationId,
        revision: i32,
    ) -> Result<(), Error> {
        // A correction answers a return, so its case is there.
        let case = store::case::lock_of(connection, &Scope::Everything, application).await?;
        let mut case = case.ok_or(Error::BadEvent("a correction of an application without a case"))?;
        if !case.correct(revision) {
            return Ok(());
        }
        store::case::save(connection, &case).await?;
        let entry = Entry::new(
            self.clock.now(),
            Actor::Service("subsidy".to_owned()),
            CORRECTED,
            Subject::new("case", case.id),
        )
        .under(&case.union_path)
        .with(Detail::new().with("revision", revision));
        audit::record(connection, &entry).await?;
        Ok(())
    }
}
