//! The chart: every values file renders, Kubernetes takes what comes out, and the services take their configuration.

mod configuration;
mod manifest;
mod policies;
mod restricted;

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, ensure};
use stack::Interrupt;

use self::manifest::Manifest;
use super::log;
use crate::{tool, tools, workspace};

/// The oldest Kubernetes that is promised, and the newest there are schemas for.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];

const CHART: &str = "helm/yuanmeng";
/// What a chart cannot own.
const BESIDE: &str = "k8s";
/// Prints the Secrets of a development cluster.
const SECRETS: &str = "k8s/development-secrets.sh";

pub(super) fn is_valid(interrupt: &Interrupt) -> Result<()> {
    let work = tempfile::tempdir().context("cannot make a folder for rendered charts")?;
    has_our_version()?;
    let beside = files(&workspace::root().join(BESIDE), "yaml")?;
    validate(&beside, interrupt).context(BESIDE)?;
    let secrets = secrets(work.path(), interrupt).context(SECRETS)?;
    configuration::build_programs(interrupt)?;
    for values in values_files()? {
        let name = values.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = work.path().join(&name);
        let manifests = rendered(&values, &folder, interrupt).with_context(|| name.clone())?;
        configuration::is_accepted(&manifests, &secrets, interrupt).with_context(|| name.clone())?;
    }
    Ok(())
}

/// Images carry the workspace's version as their tag, and the chart takes it from its `appVersion`.
fn has_our_version() -> Result<()> {
    let chart = manifest::read_as::<manifest::Chart>(&workspace::root().join(CHART).join("Chart.yaml"))?;
    let ours = env!("CARGO_PKG_VERSION");
    ensure!(chart.app_version == ours, "{CHART} is for {}, the workspace is {ours}", chart.app_version);
    Ok(())
}

/// The Secrets that an operator of a development cluster creates, after Kubernetes' schemas have taken them.
fn secrets(work: &Path, interrupt: &Interrupt) -> Result<Vec<Manifest>> {
    let file = work.join("secrets.yaml");
    let script = tool::program("sh").args([SECRETS]).output(&file);
    tool::quietly(script, &log("development-secrets"), interrupt)?;
    validate(std::slice::from_ref(&file), interrupt)?;
    manifest::read(&[file])
}

/// Lints and renders the chart with these values; Kubernetes' schemas and the namespace take the outcome.
fn rendered(values: &Path, folder: &Path, interrupt: &Interrupt) -> Result<Vec<Manifest>> {
    let helm = tools::helm(interrupt)?;
    let words = [Path::new(CHART), Path::new("--values"), values];
    let lint = tool::program(&helm).args(["lint", "--strict", "--quiet"]).args(words);
    tool::quietly(lint, &log("helm-lint"), interrupt)?;
    fs::create_dir(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let template = tool::program(&helm).args(["template", "yuanmeng", "--namespace", "yuanmeng"]).args(words);
    let template = template.args([Path::new("--output-dir"), folder]);
    tool::quietly(template, &log("helm-template"), interrupt)?;
    let files = files(&folder.join("yuanmeng/templates"), "yaml")?;
    validate(&files, interrupt)?;
    let manifests = manifest::read(&files)?;
    restricted::every_pod_is(&manifests)?;
    policies::name_whom_they_let_in(&manifests)?;
    Ok(manifests)
}

fn validate(files: &[PathBuf], interrupt: &Interrupt) -> Result<()> {
    for version in VERSIONS {
        let validate = tool::program(tools::kubernetes_validate(interrupt)?).args(["--strict", "--quiet"]);
        let validate = validate.args(["--kubernetes-version", version]).args(files);
        tool::quietly(validate, &log("kubernetes-validate"), interrupt)
            .with_context(|| format!("Kubernetes {version}"))?;
    }
    Ok(())
}

/// `values.yaml`, what is laid over it, and what only the checks lay over it.
fn values_files() -> Result<Vec<PathBuf>> {
    let chart = workspace::root().join(CHART);
    let mut found = files(&chart, "yaml")?;
    found.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("values")));
    ensure!(!found.is_empty(), "{CHART} has no values");
    found.extend(files(&chart.join("ci"), "yaml")?);
    Ok(found)
}

/// The files of a folder whose names end so, in order.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
    });
    let mut files = entries.with_context(|| format!("cannot list {}", folder.display()))?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    ensure!(!files.is_empty(), "{} holds no .{extension}", folder.display());
    Ok(files)
}
