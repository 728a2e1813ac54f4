//! Starts an application for an enrollment, or gives back the open draft.

use audit::{Action, Detail, Entry, Subject};
use auth::{Caller, Scope};
use postgres::Request;
use proto::subsidy as pb;
use refusal::Reason;
use sqlx::PgConnection;
use vocabulary::{ApplicationId, EnrollmentId, ProgrammeId, UnionPath, WorkerId};

use super::App;
use crate::domain::{Applicant, Application, ApplicationState, Fields, Programme, Study, opening};
use crate::error::Error;
use crate::store;

const STARTED: Action = Action::new("APPLICATION_STARTED");

/// The call, as the door has read it.
#[derive(Debug, Clone)]
pub struct CreateApplication {
    /// The call, for repetition.
    pub request: Request,
    /// Who calls, for the trail.
    pub caller: Caller,
    /// The worker.
    pub worker: WorkerId,
    /// The programme.
    pub programme: ProgrammeId,
    /// What the subsidy is for.
    pub enrollment: EnrollmentId,
}

/// What the neighbours say of a worker who starts.
struct Newcomer {
    applicant: Applicant,
    study: Study,
    /// The union under which the worker stands.
    union_path: UnionPath,
}

impl App {
    /// Starts an application. Of two starts at once, from app and WeChat, both get the same draft.
    pub async fn create_application(
        self,
        command: CreateApplication,
    ) -> Result<pb::CreateApplicationResponse, Error> {
        let applicant = self.identity.applicant(command.worker).await?;
        let study = self.enrollment.study(command.worker, command.enrollment).await?;
        let union = self.identity.union(study.standing_union()).await?;

        let mut tx = self.database.begin().await?;
        if let Some(answer) = command.request.answered(&mut tx).await? {
            return Ok(answer);
        }
        let programme = store::programme::get(&mut tx, &command.programme).await?;
        let programme = programme.ok_or_else(Error::not_found)?;
        let application = if let Some(draft) = self.open_draft(&mut tx, &command, &applicant).await? {
            draft
        } else {
            let newcomer = Newcomer { applicant, study, union_path: union.path };
            self.start(&mut tx, &command, &programme, newcomer).await?
        };
        let story = self.story(&mut tx, application).await?;
        let answer = pb::CreateApplicationResponse { application: Some((&story).into()) };
        command.request.keep(&mut tx, &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    /// The open draft. Anything further than a draft is the one application of the year.
    async fn open_draft(
        &self,
        connection: &mut PgConnection,
        command: &CreateApplication,
        applicant: &Applicant,
    ) -> Result<Option<Application>, Error> {
        let id = store::application::counting(connection, applicant.person_id, &command.programme).await?;
        let Some(id) = id else { return Ok(None) };
        let scope = Scope::Worker(command.worker);
        let application = store::application::get(connection, &scope, &self.keyring, id).await?;
        match application {
            Some(draft) if draft.state == ApplicationState::Draft => Ok(Some(draft)),
            _ => Err(Error::refused(Reason::AppliedBefore)),
        }
    }

    async fn start(
        &self,
        connection: &mut PgConnection,
        command: &CreateApplication,
        programme: &Programme,
        newcomer: Newcomer,
    ) -> Result<Application, Error> {
        let Newcomer { applicant, study, union_path } = newcomer;
        let round_id = opening(programme, &study)?.id.clone();
        let now = self.clock.now();
        let application = Application {
            id: ApplicationId::new(),
            number: store::application::next_number(connection, programme.year).await?,
            programme_id: programme.id.clone(),
            round_id,
            worker_id: command.worker,
            person_id: applicant.person_id,
            masked_name: applicant.name.to_string(),
            state: ApplicationState::Draft,
            fields: Fields::default(),
            study,
            union_path,
            revision: 1,
            printed_revision: 0,
            materials: Vec::new(),
            receipt: None,
            created_at: now,
        };
        if !store::application::insert(connection, &self.keyring, &application).await? {
            // Somebody was a moment faster; what they have committed is there now.
            let other = self.open_draft(connection, command, &applicant).await?;
            return other.ok_or_else(|| Error::refused(Reason::AppliedBefore));
        }
        let entry = Entry::new(now, &command.caller, STARTED, Subject::new("application", application.id))
            .under(&application.union_path)
            .asked_by(command.request.id())
            .with(Detail::new().with("enrollment", command.enrollment));
        audit::record(connection, &entry).await?;
        Ok(application)
    }
}
