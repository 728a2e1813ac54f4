//! A grant was created: all grants of its application are cut to the tuition together, and it opens when its
//! fund has room.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use vocabulary::{Fen, UnionId};

use super::App;
use crate::domain::{Claim, Entry, Fund, Grant, GrantState, cut};
use crate::error::Error;
use crate::store;

impl App {
    /// Takes a grant in, in the transaction of the event that announces it.
    pub async fn open_grant(
        &self,
        connection: &mut PgConnection,
        grant: Grant,
        funding_union: UnionId,
    ) -> Result<(), Error> {
        store::grant::hold_application(connection, grant.application_id).await?;
        let (programme, pool) = (&grant.programme_id, &grant.pool_id);
        store::fund::make(connection, programme, pool, funding_union, &grant.union_path).await?;
        if !store::grant::insert(connection, &grant).await? {
            return Ok(());
        }
        let now = self.clock.now();
        let mut funds = store::fund::lock_of(connection, grant.application_id).await?;
        self.cut_to_tuition(connection, &grant, &mut funds, now).await?;
        for fund in &mut funds {
            self.open_waiting(connection, fund, now).await?;
        }
        Ok(())
    }

    /// Cuts the application's grants again, the new one with them. A grant never grows by it.
    async fn cut_to_tuition(
        &self,
        connection: &mut PgConnection,
        new: &Grant,
        funds: &mut [Fund],
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let grants = store::grant::lock_of_application(connection, new.application_id).await?;
        let claims: Vec<Claim> = grants
            .iter()
            .map(|grant| Claim { amount: grant.amount, released: grant.released, depth: grant.pool_depth })
            .collect();
        let tuition = grants.iter().map(|grant| grant.tuition).min().unwrap_or(Fen::ZERO);
        for (grant, payable) in grants.into_iter().zip(cut(&claims, tuition)) {
            let Some(less) = grant.payable.checked_sub(payable).filter(|less| !less.is_zero()) else {
                continue;
            };
            let fund = funds.iter_mut().find(|fund| fund.pool_id == grant.pool_id);
            let fund = fund.ok_or(Error::BadAnswer("a grant without a fund"))?;
            self.cut_grant(connection, fund, Grant { payable, ..grant }, less, now).await?;
        }
        Ok(())
    }

    async fn cut_grant(
        &self,
        connection: &mut PgConnection,
        fund: &mut Fund,
        mut grant: Grant,
        less: Fen,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if grant.state == GrantState::WaitingForFund {
            return Ok(store::grant::save(connection, &grant).await?);
        }
        fund.granted =
            fund.granted.checked_sub(less).ok_or(Error::BadAnswer("a fund gave more than it had"))?;
        store::fund::save(connection, fund).await?;
        let entry = Entry::given_back(fund, grant.id, less);
        store::ledger::post(connection, fund, &entry, now).await?;
        self.release_instalment(connection, &mut grant, None, now).await
    }
}
