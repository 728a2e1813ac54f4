//! The chart: every values file renders, and what comes out is what Kubernetes takes.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, bail};
use stack::Interrupt;

use super::log;
use crate::{tool, tools, workspace};

/// The oldest Kubernetes that is promised, and the newest there are schemas for.
const VERSIONS: [&str; 2] = ["1.30", "1.37"];

pub(super) fn is_valid(interrupt: &Interrupt) -> Result<()> {
    let chart = workspace::root().join("helm/yuanmeng");
    if !chart.exists() {
        println!("  there is no chart yet");
        return Ok(());
    }
    let helm = tools::helm(interrupt)?;
    let rendered = tempfile::tempdir().context("cannot make a folder for rendered charts")?;
    for values in values_files(&chart)? {
        let name = values.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let words = [chart.as_os_str(), "--values".as_ref(), values.as_os_str()];
        let lint = tool::program(&helm).args(["lint", "--strict", "--quiet"]).args(words);
        tool::quietly(lint, &log("helm-lint"), interrupt).with_context(|| name.clone())?;
        let output = rendered.path().join(&name);
        fs::create_dir(&output).with_context(|| format!("cannot make {}", output.display()))?;
        let template =
            tool::program(&helm).args(["template", "yuanmeng", "--namespace", "yuanmeng"]).args(words);
        let template = template.args([Path::new("--output-dir"), &output]);
        tool::quietly(template, &log("helm-template"), interrupt).with_context(|| name.clone())?;
        validate(&output, interrupt).with_context(|| name.clone())?;
    }
    Ok(())
}

/// `values.yaml` and what is laid over it.
fn values_files(chart: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = entries(chart)?;
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("values") && name.ends_with(".yaml")
    });
    files.sort();
    if files.is_empty() {
        bail!("{} has no values", chart.display());
    }
    Ok(files)
}

fn validate(folder: &Path, interrupt: &Interrupt) -> Result<()> {
    let manifests = manifests(folder)?;
    for version in VERSIONS {
        let validate = tool::program(tools::kubernetes_validate(interrupt)?).args(["--strict", "--quiet"]);
        let validate = validate.args(["--kubernetes-version", version]).args(&manifests);
        tool::quietly(validate, &log("kubernetes-validate"), interrupt)
            .with_context(|| format!("Kubernetes {version}"))?;
    }
    Ok(())
}

fn manifests(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder)? {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
    });
    entries.with_context(|| format!("cannot list {}", folder.display()))
}
