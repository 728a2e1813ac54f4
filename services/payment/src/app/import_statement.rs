//! Holds a day's statements against the ledger.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::payment as pb;
use vocabulary::Day;

use super::App;
use crate::domain::{Reconciliation, reconcile};
use crate::error::Error;
use crate::store;

const RECONCILED: Action = Action::new("DAY_RECONCILED");

/// A day to be reconciled, as the door has read it.
#[derive(Debug)]
pub struct ImportStatement {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// The day, in the books of bank and wallet.
    pub day: Day,
}

impl App {
    /// Fetches both statements, outside any transaction, and keeps what the comparison finds.
    pub async fn import_statement(
        self,
        command: ImportStatement,
    ) -> Result<pb::ImportStatementResponse, Error> {
        let mut connection = self.database.acquire().await?;
        if let Some(answer) = command.request.kept(&mut connection).await? {
            return Ok(answer);
        }
        drop(connection);
        let mut statement = self.bank.statement(command.day).await?;
        statement.extend(self.wallet.statement(command.day).await?);

        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let ledger = store::ledger::paid_on(&mut tx, &command.scope, command.day).await?;
        let found = reconcile(command.day, &statement, &ledger).ok_or_else(Error::too_large)?;
        store::reconciliation::replace(&mut tx, &found, self.clock.now()).await?;
        audit::record(&mut tx, &self.entry(&command, &found)).await?;
        let answer = pb::ImportStatementResponse { reconciliation: Some((&found).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    fn entry(&self, command: &ImportStatement, found: &Reconciliation) -> Entry {
        let detail = Detail::new()
            .with("lines", found.statement_lines)
            .with("matched", found.matched_lines)
            .with("discrepancies", found.discrepancies.len());
        Entry::new(self.clock.now(), &command.caller, RECONCILED, Subject::new("day", found.day))
            .asked_by(command.request.id())
            .with(detail)
    }
}
