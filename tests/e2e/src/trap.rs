//! A place in subsidy's code at which it dies in the middle of the rush.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use stack::Service;
use tokio::task::block_in_place;

use crate::rush::Rush;
use crate::story::Story;
use crate::wait;

/// Where it dies: quota has given a place, and subsidy has not written it down.
const AFTER_RESERVE: &str = "subsidy.after_reserve";
/// What a service reads its crash point from, and the file that says that it is past it.
const CRASH_AT: &str = "YUANMENG_CRASH_AT";
const CRASH_ONCE: &str = "YUANMENG_CRASH_ONCE";

/// A place at which subsidy dies once. While the file is there, subsidy passes it unharmed.
pub(crate) struct Trap {
    safe: PathBuf,
}

impl Trap {
    /// Starts subsidy anew, with the trap not yet open.
    pub(crate) fn set(story: &Story) -> Result<Self> {
        let safe = story.stage.city.folder().join(AFTER_RESERVE);
        fs::write(&safe, "").with_context(|| format!("cannot write {}", safe.display()))?;
        let once = safe.to_str().context("a folder with a name that is no text")?;
        let services = story.stage.city.stack.services();
        services.set_environment(Service::Subsidy.name(), CRASH_AT, AFTER_RESERVE)?;
        services.set_environment(Service::Subsidy.name(), CRASH_ONCE, once)?;
        block_in_place(|| services.restart(Service::Subsidy.name()))?;
        Ok(Self { safe })
    }

    /// Opens it, and waits until subsidy has died in it.
    pub(crate) async fn spring(&self, rush: &Rush) -> Result<()> {
        fs::remove_file(&self.safe).with_context(|| format!("cannot remove {}", self.safe.display()))?;
        wait::until("subsidy dies after a Reserve", async || {
            let dead = self.safe.exists();
            ensure!(
                dead || rush.is_on(),
                "the rush was over before subsidy came by {AFTER_RESERVE}; was it built with `runtime/crash-points`?"
            );
            Ok(dead)
        })
        .await
    }

    /// Starts subsidy again, without the trap.
    pub(crate) fn clear(self, story: &Story) -> Result<()> {
        let services = story.stage.city.stack.services();
        services.set_environment(Service::Subsidy.name(), CRASH_AT, "")?;
        block_in_place(|| services.restart(Service::Subsidy.name()))?;
        fs::remove_file(&self.safe).with_context(|| format!("cannot remove {}", self.safe.display()))
    }
}
