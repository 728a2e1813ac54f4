//! Tools that are not part of the checkout: built or fetched once, in pinned versions, into the user's cache folder.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use stack::{Interrupt, Launch, find};

use crate::tool;

const BUF: &str = "1.75.0";
const CARGO_DENY: &str = "0.20.2";
const CARGO_MACHETE: &str = "0.9.2";
const HELM: &str = "v4.3.1";
const KUBERNETES_VALIDATE: &str = "1.37.0";

/// Checks contracts.
pub(crate) fn buf(interrupt: &Interrupt) -> Result<PathBuf> {
    let folder = cache()?.join(format!("buf-{BUF}"));
    let program = folder.join("node_modules/.bin/buf");
    installed(program, interrupt, || {
        let package = format!("@bufbuild/buf@{BUF}");
        let npm = needed("npm", "Node.js with npm (Debian: nodejs npm)")?;
        Ok(tool::program(npm)
            .args(["install", "--silent", "--no-fund", "--no-audit", "--prefix"])
            .args([folder.as_os_str(), package.as_ref()]))
    })
}

/// Checks licences, sources and bans.
pub(crate) fn cargo_deny(interrupt: &Interrupt) -> Result<PathBuf> {
    cargo_tool("cargo-deny", CARGO_DENY, interrupt)
}

/// Finds dependencies that nobody uses.
pub(crate) fn cargo_machete(interrupt: &Interrupt) -> Result<PathBuf> {
    cargo_tool("cargo-machete", CARGO_MACHETE, interrupt)
}

/// Renders charts.
pub(crate) fn helm(interrupt: &Interrupt) -> Result<PathBuf> {
    let folder = cache()?.join(format!("helm-{HELM}"));
    installed(folder.join("helm"), interrupt, || {
        let go = needed("go", "Go 1.25 or later (https://go.dev/dl)")?;
        let source = format!("helm.sh/helm/v4/cmd/helm@{HELM}");
        Ok(tool::program(go).args(["install", &source]).env("GOBIN", &folder).env("CGO_ENABLED", "0"))
    })
}

/// Checks manifests against the schemas of Kubernetes.
pub(crate) fn kubernetes_validate(interrupt: &Interrupt) -> Result<PathBuf> {
    let folder = cache()?.join(format!("kubernetes-validate-{KUBERNETES_VALIDATE}"));
    installed(folder.join("bin/kubernetes-validate"), interrupt, || {
        let python = needed("python3", "Python 3 with venv (Debian: python3-venv)")?;
        let script = r#""$1" -m venv "$2" && "$2/bin/pip" install --quiet "kubernetes-validate==$3""#;
        let words = [python.as_os_str(), folder.as_os_str(), KUBERNETES_VALIDATE.as_ref()];
        Ok(tool::program("sh").args(["-c", script, "sh"]).args(words))
    })
}

/// Kept by version in one folder, which cargo itself looks after.
fn cargo_tool(name: &str, version: &str, interrupt: &Interrupt) -> Result<PathBuf> {
    let folder = cache()?;
    let record = std::fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
    let program = folder.join("bin").join(name);
    if record.contains(&format!("\"{name} {version} ")) && program.exists() {
        return Ok(program);
    }
    eprintln!("installing {name} {version} into {}", folder.display());
    let install = tool::cargo(["install", "--quiet", "--locked", "--force", name, "--version", version]);
    tool::aloud(install.args([Path::new("--root"), &folder]), interrupt)
        .with_context(|| format!("{name} {version} cannot be installed"))?;
    Ok(program)
}

/// The program, after its installer has run if it is not there yet.
fn installed(
    program: PathBuf,
    interrupt: &Interrupt,
    installer: impl FnOnce() -> Result<Launch>,
) -> Result<PathBuf> {
    if !program.exists() {
        eprintln!("installing {}", program.display());
        let cannot = || format!("{} cannot be installed", program.display());
        tool::aloud(installer().with_context(cannot)?, interrupt).with_context(cannot)?;
    }
    Ok(program)
}

fn needed(program: &str, what: &str) -> Result<PathBuf> {
    match find::program(program) {
        Some(path) => Ok(path),
        None => bail!("please install {what}"),
    }
}

fn cache() -> Result<PathBuf> {
    let folder = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set")?
        .join("yuanmeng/tools");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}
