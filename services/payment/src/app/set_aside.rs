//! Sets money aside for a pool.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Official, Scope};
use postgres::Request;
use proto::payment as pb;
use refusal::Reason;
use sqlx::PgConnection;
use vocabulary::{Fen, PoolId, ProgrammeId, UnionId};

use super::App;
use crate::domain::Fund;
use crate::error::Error;
use crate::{domain, store};

const SET_ASIDE: Action = Action::new("MONEY_SET_ASIDE");

/// Money for a pool, as the door has read it.
#[derive(Debug)]
pub struct SetAside {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// Who sets it aside.
    pub official: Official,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The pool.
    pub pool_id: PoolId,
    /// How much more.
    pub amount: Fen,
    /// The document that decides it.
    pub reference: String,
}

impl App {
    /// Adds to a fund, and opens what has waited for it. Who funds the pool is asked for once, outside any transaction.
    pub async fn set_aside(self, command: SetAside) -> Result<pb::SetAsideResponse, Error> {
        let official = &command.official;
        if self.funding_union(&command).await? != official.union {
            return Err(Error::refused(Reason::PoolOfAnother));
        }
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let (programme, pool) = (&command.programme_id, &command.pool_id);
        store::fund::make(&mut tx, programme, pool, official.union, &official.path).await?;
        let scope = Scope::Everything;
        let fund = store::fund::lock(&mut tx, &scope, programme, pool).await?;
        let mut fund = fund.ok_or_else(Error::not_found)?;
        self.add(&mut tx, &mut fund, &command).await?;
        self.open_waiting(&mut tx, &mut fund, self.clock.now()).await?;
        let answer = pb::SetAsideResponse { fund: Some((&fund).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn funding_union(&self, command: &SetAside) -> Result<UnionId, Error> {
        let (programme, pool) = (&command.programme_id, &command.pool_id);
        let mut connection = self.database.acquire().await?;
        let fund = store::fund::get(&mut connection, &Scope::Everything, programme, pool).await?;
        drop(connection);
        match fund {
            Some(fund) => Ok(fund.union_id),
            None => self.subsidy.funding_union(programme, pool).await?.ok_or_else(Error::not_found),
        }
    }

    async fn add(
        &self,
        connection: &mut PgConnection,
        fund: &mut Fund,
        command: &SetAside,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        fund.set_aside = fund.set_aside.checked_add(command.amount).ok_or_else(Error::too_large)?;
        store::fund::save(connection, fund).await?;
        let posting = domain::Entry::set_aside(fund, command.amount, command.reference.clone());
        store::ledger::post(connection, fund, &posting, now).await?;
        let detail = Detail::new()
            .with("programme", &fund.programme_id)
            .with("amount_fen", command.amount)
            .with("total_fen", fund.set_aside);
        let entry = Entry::new(now, &command.caller, SET_ASIDE, Subject::new("fund", &fund.pool_id))
            .under(&fund.union_path)
            .asked_by(command.request.id())
            .with(detail);
        audit::record(connection, &entry).await?;
        Ok(())
    }
}
