//! Makes the compiler expand a crate's `query!` macros again, against a live database.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::{self, Package};

/// Another build in the same target folder may compile a touched crate before ours does.
const ATTEMPTS: u32 = 5;

/// Compiles every target of a crate, whose macros write one file for each query into `folder`.
///
/// First everything is built from committed metadata as far as that goes: a crate with queries of its own that was
/// compiled together with this one would leave them in the same folder.
pub(crate) fn check_live(
    package: &Package,
    needs: &[&Package],
    database: &Database<'_>,
    folder: &Path,
) -> Result<Touched> {
    let mut touched = Touched::default();
    for _ in 0..ATTEMPTS {
        let built = Built::of(&check(package).env("SQLX_OFFLINE", "true").stderr(Stdio::null()).output()?);
        if let Some(missing) = needs.iter().find(|need| !built.has(need)) {
            bail!("{} does not compile with its own metadata; prepare that first", missing.name);
        }
        touched.touch(&package.roots)?;
        empty(folder)?;
        let output = check(package)
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", folder)
            .env(database.url_variable, database.url)
            .stderr(Stdio::inherit())
            .output()?;
        let built = Built::of(&output);
        if needs.iter().any(|need| built.has_anew(need)) {
            continue;
        }
        if !output.status.success() {
            bail!("it does not compile");
        }
        if !built.has_from_before(package) {
            return Ok(touched);
        }
    }
    bail!("other builds keep compiling it first; try again when they are done")
}

/// Compiles the whole workspace, and every crate with these roots against its own database; the macros of all of them
/// write their files into `folder`. Where it does not compile, whose fault that is cannot be told from here.
pub(crate) fn check_all_live(
    roots: &[&[PathBuf]],
    databases: &[Database<'_>],
    folder: &Path,
) -> Result<Option<Touched>> {
    let mut touched = Touched::default();
    roots.iter().try_for_each(|roots| touched.touch(roots))?;
    let mut command = workspace::cargo();
    // The whole workspace, as clippy was run: what it stands on has been compiled just so already.
    command.args(["check", "--quiet", "--workspace", "--all-targets"]);
    command.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", folder);
    command.envs(databases.iter().map(|database| (database.url_variable, database.url)));
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        touched.undo();
        return Ok(None);
    }
    Ok(Some(touched))
}

/// Where a crate's macros find their database.
pub(crate) struct Database<'a> {
    /// The variable that the crate's `sqlx.toml` names.
    pub(crate) url_variable: &'a str,
    /// What it says.
    pub(crate) url: &'a str,
}

fn check(package: &Package) -> Command {
    let mut command = workspace::cargo();
    command.args(["check", "--quiet", "--all-targets", "--keep-going"]).args([
        "--message-format=json-render-diagnostics",
        "--package",
        &package.name,
    ]);
    command
}

fn empty(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    for entry in entries.context("cannot list query files")? {
        fs::remove_file(entry.path()).context("cannot remove a query file")?;
    }
    Ok(())
}

/// What cargo says it has built: the folder of each crate, and whether its macros ran in this build.
struct Built(Vec<(PathBuf, bool)>);

impl Built {
    fn of(output: &Output) -> Self {
        let lines = output.stdout.split(|byte| *byte == b'\n');
        let messages = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        let artifacts = messages
            .filter(|message| message["reason"] == "compiler-artifact")
            .filter(|message| message["target"]["kind"][0] != "custom-build");
        Self(
            artifacts
                .filter_map(|message| {
                    let manifest = Path::new(message["manifest_path"].as_str()?);
                    Some((manifest.parent()?.to_owned(), message["fresh"] == false))
                })
                .collect(),
        )
    }

    fn has(&self, package: &Package) -> bool {
        self.0.iter().any(|(folder, _)| *folder == package.folder)
    }

    fn has_anew(&self, package: &Package) -> bool {
        self.0.iter().any(|(folder, anew)| *folder == package.folder && *anew)
    }

    fn has_from_before(&self, package: &Package) -> bool {
        self.0.iter().any(|(folder, anew)| *folder == package.folder && !*anew)
    }
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
