//! Changes fields of a draft or of a returned application.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::subsidy as pb;
use refusal::Reason;
use vocabulary::{ApplicationId, WorkerId};

use super::App;
use crate::domain::{Account, Change, Payee, Programme, check_card};
use crate::error::Error;

const CHANGED: Action = Action::new("APPLICATION_CHANGED");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct UpdateApplication {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// The worker.
    pub worker: WorkerId,
    /// The application.
    pub application: ApplicationId,
    /// What to change.
    pub changes: Vec<Change>,
}

impl UpdateApplication {
    fn payee(&self) -> Option<&Payee> {
        self.changes.iter().find_map(|change| match change {
            Change::Payee(payee) => Some(payee),
            _ => None,
        })
    }
}

impl App {
    /// Changes fields; a change after printing makes a new revision.
    pub async fn update_application(
        self,
        command: UpdateApplication,
    ) -> Result<pb::UpdateApplicationResponse, Error> {
        if let Some(payee) = command.payee() {
            self.is_own_account(command.worker, payee).await?;
        }
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let scope = Scope::Worker(command.worker);
        let mut application = self.hold(&mut tx, &scope, command.application).await?;
        let programme = self.programme_of(&mut tx, &application).await?;
        if let Some(payee) = command.payee() {
            is_accepted(payee, &programme)?;
        }
        let now = self.clock.now();
        if application.change(command.changes, now)? {
            self.save(&mut tx, &application).await?;
            let entry =
                Entry::new(now, &command.caller, CHANGED, Subject::new("application", application.id))
                    .under(&application.union_path)
                    .asked_by(command.request.id())
                    .with(Detail::new().with("revision", application.revision));
            audit::record(&mut tx, &entry).await?;
        }
        let story = self.story(&mut tx, application).await?;
        let answer = pb::UpdateApplicationResponse { application: Some((&story).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// the account is in the applicant's own name.
    async fn is_own_account(&self, worker: WorkerId, payee: &Payee) -> Result<(), Error> {
        let applicant = self.identity.applicant(worker).await?;
        if payee.holder == applicant.name { Ok(()) } else { Err(Error::refused(Reason::HolderNotApplicant)) }
    }
}

/// a card is of an accepted bank.
fn is_accepted(payee: &Payee, programme: &Programme) -> Result<(), Error> {
    match &payee.account {
        Account::BankCard(card) => Ok(check_card(card, &programme.settings.accepted_banks)?),
        Account::Wallet(_) => Ok(()),
    }
}
