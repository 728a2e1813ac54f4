//! Submits a complete application: the intent is stored before quota is asked, and repeated until answered.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::subsidy as pb;
use refusal::Reason;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, OperationId, WorkerId};

use super::{App, Story};
use crate::domain::{Application, ApplicationState, FourThings, ReviewUnion, ready_to_send};
use crate::error::Error;

const SUBMITTING: Action = Action::new("APPLICATION_SUBMITTING");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct SubmitApplication {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// The worker.
    pub worker: WorkerId,
    /// The application.
    pub application: ApplicationId,
    /// The worker's word.
    pub four_things: FourThings,
}

impl App {
    /// Submits. Asked again, by the same request or another, the same receipt is answered.
    pub async fn submit_application(
        self,
        command: SubmitApplication,
    ) -> Result<pb::SubmitApplicationResponse, Error> {
        let scope = Scope::Worker(command.worker);
        let fresh = self.agreement(&self.database, &scope, command.application).await?;
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.kept(&mut tx).await? {
            return Ok(answer);
        }
        let mut application = self.read(&mut tx, &scope, command.application).await?;
        let chosen = application.study.chosen_union;
        tx.rollback().await?;
        if application.state == ApplicationState::Draft {
            let chain = self.identity.chain(chosen).await?;
            let mut tx = self.database.begin().await?;
            application = self.hold(&mut tx, &scope, command.application).await?;
            if application.state == ApplicationState::Draft {
                application.study = fresh.unwrap_or(application.study);
                self.intend(&mut tx, &mut application, chain, &command).await?;
                tx.commit().await?;
            }
        }
        runtime::crash_point!("subsidy.after_intent");
        if matches!(application.state, ApplicationState::Submitting { .. }) {
            self.settle(application.id).await?;
            runtime::crash_point!("subsidy.after_place");
        }
        self.receipt(&command).await
    }

    /// Stores that quota will be asked, by which operation, and who will review.
    async fn intend(
        &self,
        connection: &mut PgConnection,
        application: &mut Application,
        chain: Vec<ReviewUnion>,
        command: &SubmitApplication,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let programme = self.programme_of(connection, application).await?;
        let mut missing = ready_to_send(application, &programme, now);
        command.four_things.note(&mut missing);
        missing.check(Reason::ApplicationIncomplete)?;
        let operation = OperationId::new();
        application.state = ApplicationState::Submitting { operation, chain };
        self.save(connection, application).await.map_err(once_a_level)?;
        let subject = Subject::new("application", application.id);
        let entry = Entry::new(now, &command.caller, SUBMITTING, subject)
            .under(&application.union_path)
            .asked_by(command.request.id())
            .with(Detail::new().with("operation", operation).with("revision", application.revision));
        audit::record(connection, &entry).await?;
        Ok(())
    }

    /// The receipt of what was submitted, kept for the request.
    async fn receipt(&self, command: &SubmitApplication) -> Result<pb::SubmitApplicationResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let scope = Scope::Worker(command.worker);
        let application = self.read(&mut tx, &scope, command.application).await?;
        let Some(receipt) = &application.receipt else {
            return Err(Error::refused(match application.state {
                ApplicationState::Submitting { .. } => Reason::SubmissionUnderWay,
                _ => Reason::ApplicationEnded,
            }));
        };
        let receipt = Some(receipt.into());
        let story: Story = self.story(&mut tx, application).await?;
        let answer = pb::SubmitApplicationResponse { application: Some((&story).into()), receipt };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// another application for the same level counts already.
fn once_a_level(error: Error) -> Error {
    match &error {
        Error::Database(cause) if postgres::violated(cause) == Some("one_application_a_level") => {
            Error::refused(Reason::AppliedBefore)
        }
        _ => error,
    }
}
