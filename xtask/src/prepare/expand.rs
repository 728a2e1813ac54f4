//! Makes the compiler expand a crate's `query!` macros again, against a live database.

use std::fs::{self, File};
use std::path::Path;
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
pub(crate) fn check_live(package: &Package, url_variable: &str, url: &str, folder: &Path) -> Result<()> {
    for _ in 0..ATTEMPTS {
        touch(package)?;
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
            return Ok(());
        }
    }
    bail!("other builds keep compiling it first; try again when they are done")
}

/// The macros read variables that cargo does not watch, so only a newer source makes them run again.
fn touch(package: &Package) -> Result<()> {
    for root in &package.roots {
        File::options()
            .append(true)
            .open(root)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .with_context(|| format!("cannot touch {}", root.display()))?;
    }
    Ok(())
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
