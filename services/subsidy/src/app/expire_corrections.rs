//! Ends returned applications whose correction was not made in time.

use audit::{Action, Entry, Subject};
use auth::Scope;
use proto::quota::ReleaseReason;
use proto::subsidy::ApplicationWithdrawn;
use vocabulary::{ApplicationId, Day};

use super::App;
use super::settle::itself;
use super::withdraw_application::order_release;
use crate::domain::{ApplicationState, Happened};
use crate::error::Error;
use crate::store;

const EXPIRED: Action = Action::new("APPLICATION_EXPIRED");

impl App {
    /// Ends what is overdue; a correction that is sent at this moment wins or loses as a whole.
    pub async fn expire_corrections(&self) -> Result<(), Error> {
        let today = Day::of(self.clock.now());
        let mut connection = self.database.acquire().await?;
        let overdue = store::application::overdue(&mut connection, today).await?;
        drop(connection);
        for id in overdue {
            self.expire(id, today).await?;
        }
        Ok(())
    }

    async fn expire(&self, id: ApplicationId, today: Day) -> Result<(), Error> {
        let mut tx = self.database.begin().await?;
        let mut application = self.hold(&mut tx, &Scope::Everything, id).await?;
        match application.state {
            ApplicationState::Returned { correct_by, .. } if correct_by < today => {}
            _ => return Ok(()),
        }
        let now = self.clock.now();
        application.state = ApplicationState::Expired;
        self.save(&mut tx, &application).await?;
        self.tell(&mut tx, &application, Happened::Expired, now).await?;
        order_release(&mut tx, &application, ReleaseReason::Expired).await?;
        let event = ApplicationWithdrawn {
            application_id: id.to_string(),
            expired: true,
            withdrawn_at: Some(proto::timestamp(now)),
        };
        messaging::announce(&mut tx, &event.application_id, &event).await?;
        let entry = Entry::new(now, itself(), EXPIRED, Subject::new("application", id));
        audit::record(&mut tx, &entry.under(&application.union_path)).await?;
        tx.commit().await?;
        Ok(())
    }
}
