//! Stores what became of an instruction: once, whatever the number of answers.

use audit::{Action, Detail, Subject};
use auth::Scope;
use chrono::{DateTime, Utc};
use proto::payment::InstalmentPaid;
use sqlx::PgConnection;
use vocabulary::{Day, Fen};

use super::{App, own_entry};
use crate::domain::{Entry, Grant, Instruction, Outcome};
use crate::error::Error;
use crate::store;

const PAID: Action = Action::new("INSTALMENT_PAID");
const FAILED: Action = Action::new("INSTRUCTION_FAILED");
const ALL: Scope = Scope::Everything;

impl App {
    /// Stores an outcome. The batch is held, so that of its last two instructions one sees the other's answer.
    pub(super) async fn settle(&self, instruction: &Instruction, outcome: &Outcome) -> Result<(), Error> {
        let mut tx = self.database.begin().await?;
        store::batch::lock(&mut tx, &ALL, instruction.batch_id).await?;
        match outcome {
            Outcome::Paid(day) => self.paid(&mut tx, instruction, *day).await?,
            Outcome::Refused(code) => self.failed(&mut tx, instruction, code).await?,
        }
        store::batch::settle(&mut tx, instruction.batch_id).await?;
        Ok(tx.commit().await?)
    }

    async fn paid(
        &self,
        connection: &mut PgConnection,
        instruction: &Instruction,
        booked_on: Day,
    ) -> Result<(), Error> {
        if !store::instruction::paid(connection, instruction, booked_on).await? {
            return Ok(());
        }
        let now = self.clock.now();
        let grant_id = store::instalment::paid(connection, instruction.instalment_id, now).await?;
        let grant = store::grant::get(connection, &ALL, grant_id).await?.ok_or_else(Error::not_found)?;
        // The fund first, then the grant, as everybody who takes both.
        let fund = store::fund::lock(connection, &ALL, &grant.programme_id, &grant.pool_id).await?;
        let mut fund = fund.ok_or_else(Error::not_found)?;
        let grant = store::grant::lock(connection, &ALL, &[grant_id.uuid()]).await?.pop();
        let mut grant = grant.ok_or_else(Error::not_found)?;
        fund.paid = plus(fund.paid, instruction.amount)?;
        grant.paid = plus(grant.paid, instruction.amount)?;
        store::fund::save(connection, &fund).await?;
        let posting = Entry::paid(&fund, instruction.id, instruction.channel, instruction.amount);
        store::ledger::post(connection, &fund, &posting, now).await?;
        let event = instalment_paid(instruction, &grant, now);
        messaging::announce(connection, &event.application_id, &event).await?;
        let detail = Detail::new()
            .with("instalment", instruction.instalment_id)
            .with("amount_fen", instruction.amount);
        let entry = own_entry(now, PAID, Subject::new("instruction", instruction.id));
        audit::record(connection, &entry.under(&grant.union_path).with(detail)).await?;
        self.complete(connection, &mut grant, now).await
    }

    /// The instalment is due again: it needs another batch, another approval and another number.
    async fn failed(
        &self,
        connection: &mut PgConnection,
        instruction: &Instruction,
        code: &str,
    ) -> Result<(), Error> {
        if !store::instruction::failed(connection, instruction, code).await? {
            return Ok(());
        }
        store::instalment::due_again(connection, instruction.instalment_id).await?;
        let detail = Detail::new().with("instalment", instruction.instalment_id);
        let entry =
            own_entry(self.clock.now(), FAILED, Subject::new("instruction", instruction.id)).with(detail);
        audit::record(connection, &entry).await?;
        Ok(())
    }
}

fn plus(sum: Fen, amount: Fen) -> Result<Fen, Error> {
    sum.checked_add(amount).ok_or_else(Error::too_large)
}

fn instalment_paid(instruction: &Instruction, grant: &Grant, now: DateTime<Utc>) -> InstalmentPaid {
    InstalmentPaid {
        instalment_id: instruction.instalment_id.to_string(),
        grant_id: grant.id.to_string(),
        application_id: grant.application_id.to_string(),
        pool_id: grant.pool_id.to_string(),
        amount_fen: instruction.amount.get(),
        paid_at: Some(proto::timestamp(now)),
    }
}
