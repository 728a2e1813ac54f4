//! Sends a returned application back to the step that asked.

use audit::{Action, Detail, Entry, Subject};
use auth::Scope;
use proto::subsidy as pb;
use proto::subsidy::ApplicationCorrected;
use refusal::Reason;

use super::{App, SubmitApplication};
use crate::domain::{ApplicationState, Happened, ready_to_send};
use crate::error::Error;

const CORRECTED: Action = Action::new("APPLICATION_CORRECTED");

impl App {
    /// Sends the correction; it needs all that a submission needs.
    pub async fn correct_application(
        self,
        command: SubmitApplication,
    ) -> Result<pb::CorrectApplicationResponse, Error> {
        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let mut application = self.hold(&mut tx, &Scope::Worker(command.worker), command.application).await?;
        let now = self.clock.now();
        application.may_correct(now)?;
        let programme = self.programme_of(&mut tx, &application).await?;
        let mut missing = ready_to_send(&application, &programme, now);
        command.four_things.note(&mut missing);
        missing.check(Reason::ApplicationIncomplete)?;
        application.state = ApplicationState::InReview;
        self.save(&mut tx, &application).await?;
        self.tell(&mut tx, &application, Happened::Corrected, now).await?;
        let event = ApplicationCorrected {
            application_id: application.id.to_string(),
            revision: application.revision,
            corrected_at: Some(proto::timestamp(now)),
        };
        messaging::announce(&mut tx, &event.application_id, &event).await?;
        let entry = Entry::new(now, &command.caller, CORRECTED, Subject::new("application", application.id))
            .under(&application.union_path)
            .asked_by(command.request.id())
            .with(Detail::new().with("revision", application.revision));
        audit::record(&mut tx, &entry).await?;
        let story = self.story(&mut tx, application).await?;
        let answer = pb::CorrectApplicationResponse { application: Some((&story).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}
