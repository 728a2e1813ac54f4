//! The story as a whole: its chapters in order, and the account that it closes with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use refusal::Reason;
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

    /// What was compared.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Prints the account, leaves it behind as a page, and says whether every figure agrees.
    pub fn close(&self) -> Result<bool> {
        self.teller.print(&self.account.page());
        let page = self.folder.join("account.html");
        fs::write(&page, html::page(&self.account, &self.teller.told()))
            .with_context(|| format!("cannot write {}", page.display()))?;
        self.teller.print(&format!("  the account as a page: {}", page.display()));
        Ok(self.account.agrees())
    }
}
