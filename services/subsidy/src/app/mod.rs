//! What subsidy does, one verb a file.

mod apply_decision;
mod apply_programme;
mod check_application;
mod complete_grant;
mod confirm;
mod correct_application;
mod create_application;
mod expire_corrections;
mod get_application;
mod get_help_lines;
mod get_material;
mod get_payee;
mod get_programme;
mod list_applications;
mod list_pools;
mod make_grant;
mod note_progress;
mod print_form;
mod promote;
mod settle;
mod submit_application;
mod sweep_files;
mod tell;
mod tell_quota;
mod update_application;
mod upload_material;
mod withdraw_application;

use std::sync::Arc;

use auth::Scope;
use runtime::Clock;
use sealing::Keyring;
use sqlx::{PgConnection, PgPool};
use tokio::sync::Semaphore;
use typeset::Typesetter;
use vocabulary::ApplicationId;

use crate::clients::{Enrollment, Files, Identity, Quota};
use crate::domain::{Application, Programme, TimelineEntry};
use crate::error::Error;
use crate::store;

pub use apply_decision::Decision;
pub use apply_programme::{ApplyError, apply_programme, read_programme};
pub use create_application::CreateApplication;
pub use get_payee::GetPayee;
pub use list_applications::{ListApplications, Page};
pub use submit_application::SubmitApplication;
pub use update_application::UpdateApplication;
pub use upload_material::{MAX_FILE_BYTES, UploadMaterial};

/// Everything a verb needs.
#[derive(Clone)]
pub struct App {
    /// Subsidy's own database.
    pub database: PgPool,
    /// Business time.
    pub clock: Clock,
    /// What seals people's data.
    pub keyring: Arc<Keyring>,
    /// Workers and unions.
    pub identity: Identity,
    /// What workers study.
    pub enrollment: Enrollment,
    /// The line.
    pub quota: Quota,
    /// Sealed files.
    pub files: Files,
    /// How many files are held in memory at once.
    pub uploads: Arc<Semaphore>,
    /// How many of them are decoded and read at once.
    pub looking: Arc<Semaphore>,
    /// What prints forms.
    pub typesetter: Arc<Typesetter>,
    /// How many forms are printed at once.
    pub printing: Arc<Semaphore>,
}

/// An application with what happened to it, as it is told.
#[derive(Debug, Clone)]
pub struct Story {
    /// The application.
    pub application: Application,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

impl App {
    /// Reads and holds an application within the scope.
    async fn hold(
        &self,
        connection: &mut PgConnection,
        scope: &Scope,
        id: ApplicationId,
    ) -> Result<Application, Error> {
        store::application::lock(connection, scope, &self.keyring, id).await?.ok_or_else(Error::not_found)
    }

    /// Reads an application within the scope.
    async fn read(
        &self,
        connection: &mut PgConnection,
        scope: &Scope,
        id: ApplicationId,
    ) -> Result<Application, Error> {
        store::application::get(connection, scope, &self.keyring, id).await?.ok_or_else(Error::not_found)
    }

    /// Reads an application for whoever calls. Until it is submitted it is the worker's own: no official sees it, nor what
    /// belongs to it.
    async fn show(
        &self,
        connection: &mut PgConnection,
        scope: &Scope,
        id: ApplicationId,
    ) -> Result<Application, Error> {
        let application = self.read(connection, scope, id).await?;
        let shown = matches!(scope, Scope::Worker(_)) || application.receipt.is_some();
        if shown { Ok(application) } else { Err(Error::not_found()) }
    }

    async fn save(&self, connection: &mut PgConnection, application: &Application) -> Result<(), Error> {
        Ok(store::application::save(connection, &self.keyring, application).await?)
    }

    /// The programme of an application; it is never deleted.
    async fn programme_of(
        &self,
        connection: &mut PgConnection,
        application: &Application,
    ) -> Result<Programme, Error> {
        let programme = store::programme::get(connection, &application.programme_id).await?;
        programme.ok_or(Error::BadAnswer("an application without its programme"))
    }

    async fn story(&self, connection: &mut PgConnection, application: Application) -> Result<Story, Error> {
        let timeline = store::timeline::of(connection, application.id).await?;
        Ok(Story { application, timeline })
    }
}
