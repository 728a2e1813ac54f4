//! Makes the grant of a seat that an approved application holds, once.

use audit::{Action, Detail, Entry, Subject};
use chrono::{DateTime, Utc};
use proto::subsidy::GrantCreated;
use sqlx::PgConnection;
use vocabulary::PoolId;

use super::App;
use super::settle::itself;
use crate::domain::{Application, ApplicationState, Grant, Pool, Programme, granted};
use crate::error::Error;
use crate::store;

const GRANTED: Action = Action::new("GRANT_CREATED");

impl App {
    /// Makes the grant where one is due. The application is held by this transaction.
    pub(super) async fn make_grant(
        &self,
        connection: &mut PgConnection,
        application: &mut Application,
        programme: &Programme,
        seated_in: &PoolId,
    ) -> Result<(), Error> {
        let pool =
            programme.pool(seated_in).ok_or(Error::BadAnswer("quota names a pool that is not ours"))?;
        let before = store::grant::pools_of(connection, application.id).await?;
        let Some(grant) = granted(application, pool, &before) else { return Ok(()) };
        let now = self.clock.now();
        store::grant::add(connection, application.id, &grant, now).await?;
        if application.state == ApplicationState::Paid {
            application.state = ApplicationState::Approved;
            self.save(connection, application).await?;
        }
        let event = created(application, pool, &grant, now);
        messaging::announce(connection, &event.application_id, &event).await?;
        let detail = Detail::new().with("application", application.id).with("amount", grant.amount);
        let entry = Entry::new(now, itself(), GRANTED, Subject::new("grant", grant.id))
            .under(&application.union_path)
            .with(detail.with("pool", &grant.pool));
        audit::record(connection, &entry).await?;
        Ok(())
    }
}

fn created(application: &Application, pool: &Pool, grant: &Grant, at: DateTime<Utc>) -> GrantCreated {
    GrantCreated {
        grant_id: grant.id.to_string(),
        application_id: application.id.to_string(),
        application_number: application.number.clone(),
        programme_id: application.programme_id.to_string(),
        pool_id: pool.id.to_string(),
        funding_union_id: pool.union_id.to_string(),
        funding_union_path: pool.union_path.to_string(),
        pool_depth: i32::try_from(pool.union_path.depth()).unwrap_or(i32::MAX),
        enrollment_id: application.study.enrollment_id.to_string(),
        worker_id: application.worker_id.to_string(),
        amount_fen: grant.amount.into(),
        tuition_fen: application.study.tuition.into(),
        created_at: Some(proto::timestamp(at)),
    }
}
