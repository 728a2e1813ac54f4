//! Tuition was paid: open grants fall due in proportion.

use sqlx::PgConnection;
use vocabulary::EnrollmentId;

use super::App;
use crate::domain::{GrantState, Progress};
use crate::error::Error;
use crate::store;

impl App {
    /// Notes it, in the transaction of the event. A grant that comes later finds it noted.
    pub async fn note_tuition(
        &self,
        connection: &mut PgConnection,
        enrollment: EnrollmentId,
        progress: Progress,
    ) -> Result<(), Error> {
        let progress = store::tuition::note(connection, enrollment, progress).await?;
        let now = self.clock.now();
        for mut grant in store::grant::lock_of_enrollment(connection, enrollment).await? {
            if grant.state == GrantState::Open {
                self.release_instalment(connection, &mut grant, Some(progress), now).await?;
            }
        }
        Ok(())
    }
}
