//! Makes the compiler expand a crate's `query!` macros again, against a live database.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::{self, Package};

/// Another build in the same target folder may compile the touched crate before ours does.
const ATTEMPTS: u32 = 5;

/// Builds the crates that a crate stands on from their committed metadata, so that the live build finds them
/// done: one that was compiled there would leave its own queries among those of the crate in hand.
pub(crate) fn check_offline(packages: &[String]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let mut command = workspace::cargo();
    command.args(["check", "--quiet"]).env("SQLX_OFFLINE", "true");
    for package in packages {
        command.args(["--package", package]);
    }
    let status = command.status().context("cannot run cargo check")?;
    if !status.success() {
        bail!("what it needs does not compile; prepare that first: {}", packages.join(", "));
    }
    Ok(())
}

/// Compiles every target of the crate; its macros write one file for each query into `folder`.
pub(crate) fn check_live(package: &Package, url_variable: &str, url: &str, folder: &Path) -> Result<Touched> {
    let mut touched = Touched::default();
    for _ in 0..ATTEMPTS {
        touched.touch(&package.roots)?;
        let output = workspace::cargo()
            .args(["check", "--quiet", "--all-targets", "--keep-going"])
            .args(["--message-format=json-render-diagnostics", "--package", &package.name])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", folder)
            .env(url_variable, url)
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run cargo check")?;
        if !output.status.success() {
            bail!("it does not compile; files of queries that did expand were added, none was removed");
        }
        if !any_was_fresh(&output.stdout, package) {
            return Ok(touched);
        }
    }
    bail!("other builds keep compiling it first; try again when they are done")
}

/// Sources made to look newer: the macros read variables that cargo does not watch, so nothing else makes them run again.
#[derive(Debug, Default)]
pub(crate) struct Touched(BTreeMap<PathBuf, Times>);

#[derive(Debug)]
struct Times {
    before: SystemTime,
    after: SystemTime,
}

impl Touched {
    fn touch(&mut self, sources: &[PathBuf]) -> Result<()> {
        for source in sources {
            let touch = || -> io::Result<Times> {
                let file = File::options().append(true).open(source)?;
                let before = file.metadata()?.modified()?;
                file.set_modified(SystemTime::now())?;
                Ok(Times { before, after: file.metadata()?.modified()? })
            };
            let times = touch().with_context(|| format!("cannot touch {}", source.display()))?;
            let first = self.0.get(source).filter(|earlier| earlier.after == times.before);
            let before = first.map_or(times.before, |earlier| earlier.before);
            self.0.insert(source.clone(), Times { before, after: times.after });
        }
        Ok(())
    }

    /// Makes them look as old as they are, so that other builds find nothing to do; one that was edited meanwhile
    /// stays new.
    pub(crate) fn undo(self) {
        for (source, times) in self.0 {
            if let Ok(file) = File::options().append(true).open(source)
                && file.metadata().and_then(|data| data.modified()).is_ok_and(|now| now == times.after)
            {
                let _ = file.set_modified(times.before);
            }
        }
    }
}

/// Whether cargo took a target of the crate from an earlier build, whose macros wrote nothing.
fn any_was_fresh(messages: &[u8], package: &Package) -> bool {
    let manifest = fs::canonicalize(package.folder.join("Cargo.toml")).ok();
    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["fresh"] == true)
        .filter(|message| message["target"]["kind"][0] != "custom-build")
        .any(|message| message["manifest_path"].as_str().map(Into::into) == manifest)
}
