//! An instalment falls due.

use audit::{Action, Detail, Subject};
use chrono::{DateTime, Utc};
use proto::payment::GrantCompleted;
use sqlx::PgConnection;

use super::{App, own_entry};
use crate::domain::{Grant, GrantState, Progress, due};
use crate::error::Error;
use crate::store;

const DUE: Action = Action::new("INSTALMENT_DUE");

impl App {
    /// Lets fall due what the tuition paid allows, and writes the grant. The caller holds it.
    pub(super) async fn release_instalment(
        &self,
        connection: &mut PgConnection,
        grant: &mut Grant,
        progress: Option<Progress>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if let Some(amount) = progress.and_then(|progress| due(grant.payable, grant.released, progress)) {
            grant.released = grant.released.checked_add(amount).ok_or_else(Error::too_large)?;
            let id = store::instalment::insert(connection, grant, amount, now).await?;
            let detail = Detail::new().with("grant", grant.id).with("amount_fen", amount);
            let entry =
                own_entry(now, DUE, Subject::new("instalment", id)).under(&grant.union_path).with(detail);
            audit::record(connection, &entry).await?;
        }
        self.complete(connection, grant, now).await
    }

    /// Closes a grant that is paid in full, which one cut down to what is paid is as well, and writes it.
    pub(super) async fn complete(
        &self,
        connection: &mut PgConnection,
        grant: &mut Grant,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if grant.state == GrantState::Open && grant.paid == grant.payable {
            grant.state = GrantState::Completed;
            let event = GrantCompleted {
                grant_id: grant.id.to_string(),
                application_id: grant.application_id.to_string(),
                paid_fen: grant.paid.get(),
                completed_at: Some(proto::timestamp(now)),
            };
            messaging::announce(connection, &grant.application_id.to_string(), &event).await?;
        }
        Ok(store::grant::save(connection, grant).await?)
    }
}
