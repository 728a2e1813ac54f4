//! Opens the grants that wait for a fund, first come first, and never beyond it.

use audit::{Action, Detail, Subject};
use auth::Scope;
use chrono::{DateTime, Utc};
use proto::payment::GrantOpened;
use sqlx::PgConnection;
use vocabulary::{PoolId, ProgrammeId};

use super::{App, own_entry};
use crate::domain::{Entry, Fund, Grant, GrantState};
use crate::error::Error;
use crate::store;

const OPENED: Action = Action::new("GRANT_OPENED");

impl App {
    /// Opens what a fund has room for; for the job that goes round, in a transaction of its own.
    pub async fn open_waiting_of(&self, programme: &ProgrammeId, pool: &PoolId) -> Result<(), Error> {
        let mut tx = self.database.begin().await?;
        let fund = store::fund::lock(&mut tx, &Scope::Everything, programme, pool).await?;
        if let Some(mut fund) = fund {
            self.open_waiting(&mut tx, &mut fund, self.clock.now()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Opens waiting grants, a bounded number at once, until one does not fit: nobody is passed by. The caller holds the
    /// fund.
    pub(super) async fn open_waiting(
        &self,
        connection: &mut PgConnection,
        fund: &mut Fund,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        for grant in store::grant::lock_waiting(connection, fund).await? {
            if grant.payable > fund.available() {
                break;
            }
            self.open(connection, fund, grant, now).await?;
        }
        Ok(())
    }

    async fn open(
        &self,
        connection: &mut PgConnection,
        fund: &mut Fund,
        mut grant: Grant,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        fund.granted = fund.granted.checked_add(grant.payable).ok_or_else(Error::too_large)?;
        store::fund::save(connection, fund).await?;
        if !grant.payable.is_zero() {
            let entry = Entry::granted(fund, grant.id, grant.payable);
            store::ledger::post(connection, fund, &entry, now).await?;
        }
        grant.state = GrantState::Open;
        messaging::announce(connection, &grant.application_id.to_string(), &opened(&grant, now)).await?;
        let detail =
            Detail::new().with("application", grant.application_id).with("payable_fen", grant.payable);
        let entry =
            own_entry(now, OPENED, Subject::new("grant", grant.id)).under(&fund.union_path).with(detail);
        audit::record(connection, &entry).await?;
        let progress = store::tuition::of(connection, grant.enrollment_id).await?;
        self.release_instalment(connection, &mut grant, progress, now).await
    }
}

fn opened(grant: &Grant, now: DateTime<Utc>) -> GrantOpened {
    GrantOpened {
        grant_id: grant.id.to_string(),
        application_id: grant.application_id.to_string(),
        pool_id: grant.pool_id.to_string(),
        payable_fen: grant.payable.get(),
        opened_at: Some(proto::timestamp(now)),
    }
}
