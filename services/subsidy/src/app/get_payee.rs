//! Tells payment where to pay, in full; each look is recorded.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use refusal::Reason;
use vocabulary::{ApplicationId, InstructionId};

use super::App;
use crate::domain::Payee;
use crate::error::Error;

const LOOKED_AT: Action = Action::new("PAYEE_LOOKED_AT");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct GetPayee {
    /// Who calls, for the trail.
    pub caller: Caller,
    /// What the caller may see.
    pub scope: Scope,
    /// The application.
    pub application: ApplicationId,
    /// What it is asked for.
    pub instruction: InstructionId,
}

impl App {
    /// The payee of an approved application.
    pub async fn get_payee(self, command: GetPayee) -> Result<Payee, Error> {
        let mut tx = self.database.begin().await?;
        let application = self.read(&mut tx, &command.scope, command.application).await?;
        if !application.is_approved() {
            return Err(Error::refused(Reason::NotApproved));
        }
        let payee = application.fields.payee.ok_or_else(|| Error::refused(Reason::FieldMissing))?;
        let subject = Subject::new("application", application.id);
        let entry = Entry::new(self.clock.now(), &command.caller, LOOKED_AT, subject)
            .under(&application.union_path)
            .with(Detail::new().with("instruction", command.instruction));
        audit::record(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(payee)
    }
}
