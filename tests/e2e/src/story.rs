//! The story as a whole: its chapters in order, and the account that it closes with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proto::review::Case;
use proto::subsidy::{Application, ApplicationState, GetApplicationRequest, ListApplicationsRequest};
use refusal::Reason;
use testkit::Official;
use tonic::{Response, Status};

use crate::account::Account;
use crate::cast::Cast;
use crate::data::Data;
use crate::stage::Stage;
use crate::teller::Teller;
use crate::{chapters, html};

/// A story being played.
pub struct Story {
    pub(crate) stage: Stage,
    pub(crate) data: Data,
    pub(crate) cast: Cast,
    pub(crate) teller: Teller,
    pub(crate) account: Account,
    folder: PathBuf,
}

impl Story {
    /// On a set stage; what stays behind is left in `folder`.
    pub fn on(stage: Stage, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize().with_context(|| format!("cannot find {}", folder.display()))?;
        Ok(Self {
            stage,
            data: Data::read()?,
            cast: Cast::default(),
            teller: Teller::default(),
            account: Account::default(),
            folder,
        })
    }

    /// Plays every chapter.
    pub async fn play(&mut self) -> Result<()> {
        chapters::unions::play(self).await.context("chapter 1")?;
        chapters::workers::play(self).await.context("chapter 2")?;
        chapters::programme::play(self).await.context("chapter 3")?;
        chapters::money::set_aside(self).await.context("chapter 3")?;
        chapters::study::play(self).await.context("chapter 4")?;
        chapters::apply::play(self).await.context("chapter 5")?;
        chapters::rush::play(self).await.context("chapter 6")?;
        chapters::window::play(self).await.context("chapter 7")?;
        chapters::review::play(self).await.context("chapter 8")?;
        chapters::money::play(self).await.context("chapter 9")?;
        chapters::reckoning::play(self).await.context("the account")
    }

    /// Tells of a wrong attempt, which must have been refused for this reason.
    pub(crate) fn refused<T>(
        &mut self,
        what: &str,
        answer: Result<Response<T>, Status>,
        reason: Reason,
    ) -> Result<()> {
        let told = self.account.refused(what, answer, reason)?;
        self.teller.tell(told);
        Ok(())
    }

    /// Who decides the first step of a case.
    pub(crate) fn first_reviewer(&self, case: &Case) -> Result<Official> {
        let index = self.cast.index_of(&case.application_id)?;
        Ok(self.cast.reviewer(&self.cast.workers[index].row.chosen_union)?.clone())
    }

    /// An application as its worker sees it now.
    pub(crate) async fn application(&self, index: usize) -> Result<Application> {
        let (worker, application_id) = self.cast.application(index)?;
        let answer =
            worker.api.applications().get_application(GetApplicationRequest { application_id }).await?;
        answer.into_inner().application.context("no application in the answer")
    }

    /// How many applications are in a state, as the city sees it.
    pub(crate) async fn applications_in(&self, state: ApplicationState) -> Result<usize> {
        let request = ListApplicationsRequest { state: state.into(), page_size: 200, ..Default::default() };
        let api = &self.cast.official("jinan/supervisor")?.api;
        Ok(api.applications().list_applications(request).await?.into_inner().applications.len())
    }

    /// Leaves a file behind; answers where.
    pub(crate) fn leave(&self, name: &str, bytes: &[u8]) -> Result<String> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path.display().to_string())
    }

    /// What was compared.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Prints the account, leaves it behind as a page, and says whether every figure agrees.
    pub fn close(&self) -> Result<bool> {
        self.teller.print(&self.account.page());
        let page = self.leave("account.html", html::page(&self.account, &self.teller.told()).as_bytes())?;
        self.teller.print(&format!("  the account as a page: {page}"));
        Ok(self.account.agrees())
    }
}
