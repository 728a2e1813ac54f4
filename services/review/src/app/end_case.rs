//! An application has ended by itself: withdrawn, or not corrected in time.

use audit::{Action, Actor, Entry, Subject};
use auth::Scope;
use sqlx::PgConnection;
use vocabulary::ApplicationId;

use super::App;
use crate::error::Error;
use crate::store;

const ENDED: Action = Action::new("CASE_ENDED");

impl App {
    /// Ends a case, in the transaction of the event. Where the submission has not been heard yet, the end waits for it.
    pub async fn end_case(
        &self,
        connection: &mut PgConnection,
        application: ApplicationId,
    ) -> Result<(), Error> {
        let Some(mut case) = store::case::lock_of(connection, &Scope::Everything, application).await? else {
            return Ok(store::early_end::remember(connection, application).await?);
        };
        if !case.end() {
            return Ok(());
        }
        store::case::save(connection, &case).await?;
        let entry = Entry::new(
            self.clock.now(),
            Actor::Service("subsidy".to_owned()),
            ENDED,
            Subject::new("case", case.id),
        )
        .under(&case.union_path);
        audit::record(connection, &entry).await?;
        Ok(())
    }
}
