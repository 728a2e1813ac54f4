//! What cargo knows about this workspace: its crates, their sources, who depends on whom.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// One crate of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    /// The root source file of each of its targets: library, binaries, tests.
    pub(crate) roots: Vec<PathBuf>,
    /// The crates of this workspace that it needs, directly, to build and to test.
    pub(crate) needs: BTreeSet<String>,
}

/// The checkout that this xtask was built from.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Where debug builds leave their programs.
pub(crate) fn target() -> PathBuf {
    let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    root().join(folder).join("debug")
}

/// The cargo that runs us.
pub(crate) fn cargo_program() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// That cargo, at the top of the checkout.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(cargo_program());
    command.current_dir(root());
    stack::forget_package(&mut command);
    command
}

/// Every crate of the workspace, dependencies before those that need them.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let output = cargo()
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .output()
        .context("cannot run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cannot read cargo metadata")?;
    let found = array(&metadata["packages"]).iter().map(package).collect::<Result<Vec<_>>>()?;
    Ok(in_order(found))
}

fn package(value: &Value) -> Result<Package> {
    let manifest = Path::new(text(&value["manifest_path"])?);
    Ok(Package {
        name: text(&value["name"])?.to_owned(),
        folder: manifest.parent().context("a manifest without a folder")?.to_owned(),
        roots: array(&value["targets"])
            .iter()
            .map(|target| Ok(PathBuf::from(text(&target["src_path"])?)))
            .collect::<Result<_>>()?,
        needs: array(&value["dependencies"])
            .iter()
            .filter(|dependency| dependency["path"].is_string())
            .map(|dependency| Ok(text(&dependency["name"])?.to_owned()))
            .collect::<Result<_>>()?,
    })
}

/// Repeatedly takes whoever needs nobody that is still waiting. A test may need its own crate in a circle
/// (dev-dependencies); then the first in the list goes.
fn in_order(mut waiting: Vec<Package>) -> Vec<Package> {
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let names: BTreeSet<String> = waiting.iter().map(|package| package.name.clone()).collect();
        let next = waiting.iter().position(|package| package.needs.is_disjoint(&names)).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().with_context(|| format!("cargo metadata has {value} where a text is expected"))
}
