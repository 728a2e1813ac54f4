//! Writes what happened into the worker's timeline, and tells the worker what they should know at once.

use chrono::{DateTime, Utc};
use proto::subsidy::WorkerMessage;
use sqlx::PgConnection;

use super::App;
use crate::domain::{Application, Happened};
use crate::error::Error;
use crate::store;

impl App {
    pub(super) async fn tell(
        &self,
        connection: &mut PgConnection,
        application: &Application,
        happened: Happened,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        store::timeline::add(connection, application.id, at, &happened).await?;
        if happened.is_told() {
            let message = WorkerMessage {
                worker_id: application.worker_id.to_string(),
                application_id: application.id.to_string(),
                kind: happened.kind().as_str().to_owned(),
                text: happened.text(),
                occurred_at: Some(proto::timestamp(at)),
            };
            messaging::announce(connection, &message.application_id, &message).await?;
        }
        Ok(())
    }
}
