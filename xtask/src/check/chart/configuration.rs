//! What the chart writes is what the services read: in every container of theirs, with the files that would be mounted
//! there, the program's own `check` finds nothing wrong.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use stack::Interrupt;
use toml::{Table, Value};

use super::manifest::{Container, Manifest, Pod, Volume};
use crate::check::log;
use crate::{tool, workspace};

const SERVICES: [&str; 6] = ["identity", "enrollment", "subsidy", "review", "quota", "payment"];

/// Below this configuration and secrets are mounted.
const MOUNTED: &str = "/etc/yuanmeng/";
/// The keys of the service's Secret.
const SECRETS: &str = "/etc/yuanmeng/secrets";
/// What comes with the image and not with a volume.
const IN_THE_IMAGE: &str = "/etc/ssl/";

/// What a cluster would hold: the rendered chart, and the Secrets that were there before.
struct Cluster<'a> {
    rendered: &'a [Manifest],
    secrets: &'a [Manifest],
}

/// Builds the programs that are asked.
pub(super) fn build_programs(interrupt: &Interrupt) -> Result<()> {
    tool::aloud(tool::cargo(tool::BUILD).args(["--quiet"]), interrupt)
}

/// Asks each service about the configuration in each of its containers.
pub(super) fn is_accepted(rendered: &[Manifest], secrets: &[Manifest], interrupt: &Interrupt) -> Result<()> {
    let cluster = Cluster { rendered, secrets };
    for service in SERVICES {
        for pod in cluster.pods(service)? {
            for container in pod.init_containers.iter().chain(&pod.containers) {
                let place = || format!("{service}, container {}", container.name);
                cluster.ask(service, pod, container, interrupt).with_context(place)?;
            }
        }
    }
    Ok(())
}

impl Cluster<'_> {
    /// The pods of the service: those that serve, and the one that migrates.
    fn pods(&self, service: &str) -> Result<[&Pod; 2]> {
        let serving = named(self.rendered, "Deployment", service)?;
        let prefix = format!("{service}-migrate-");
        let is_job =
            |manifest: &&Manifest| manifest.kind == "Job" && manifest.metadata.name.starts_with(&prefix);
        let job = self.rendered.iter().find(is_job).context("there is no Job that migrates")?;
        let without = |manifest: &Manifest| format!("{} has no pods", manifest.metadata.name);
        Ok([
            &serving.spec.template.as_ref().with_context(|| without(serving))?.spec,
            &job.spec.template.as_ref().with_context(|| without(job))?.spec,
        ])
    }

    /// Runs the program's `check` with the container's variables, and its files below another root.
    fn ask(&self, service: &str, pod: &Pod, container: &Container, interrupt: &Interrupt) -> Result<()> {
        let root = tempfile::tempdir().context("cannot make a folder to mount")?;
        self.mount(pod, container, root.path())?;
        let below = format!("{}/", root.path().display());
        let mut check = tool::program(workspace::target().join(service)).args(["check"]);
        for variable in &container.env {
            check = check.env(&variable.name, variable.value.replace(MOUNTED, &below));
        }
        tool::quietly(check, &log("chart-configuration"), interrupt)?;
        if container.name == service {
            self.names_files_that_are_there(service, container, root.path())?;
        }
        Ok(())
    }

    fn mount(&self, pod: &Pod, container: &Container, root: &Path) -> Result<()> {
        for mount in &container.volume_mounts {
            let Some(below) = mount.mount_path.strip_prefix(MOUNTED) else { continue };
            let folder = root.join(below);
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let volume = pod.volumes.iter().find(|volume| volume.name == mount.name);
            let volume = volume.with_context(|| format!("no volume {}", mount.name))?;
            for (name, content) in self.files(volume)? {
                fs::write(folder.join(&name), content).with_context(|| format!("cannot write {name}"))?;
            }
        }
        Ok(())
    }

    /// The files of a volume. Of a Secret that somebody else makes, those that are named, with any content.
    fn files(&self, volume: &Volume) -> Result<Vec<(String, String)>> {
        if let Some(map) = &volume.config_map {
            let map = named(self.rendered, "ConfigMap", &map.name)?;
            return Ok(map.data.clone().into_iter().collect());
        }
        let mut files = Vec::new();
        let sources = volume.projected.iter().flat_map(|projected| &projected.sources);
        for secret in sources.filter_map(|source| source.secret.as_ref()) {
            if secret.items.is_empty() {
                files.extend(named(self.secrets, "Secret", &secret.name)?.string_data.clone());
            }
            files.extend(secret.items.iter().map(|item| (item.path.clone(), secret.name.clone())));
        }
        Ok(files)
    }

    /// `check` opens no file that the configuration names, so we look: a key of the service's Secret must be there, and
    /// any other must lie in a volume.
    fn names_files_that_are_there(&self, service: &str, container: &Container, root: &Path) -> Result<()> {
        for text in named(self.rendered, "ConfigMap", service)?.data.values() {
            let configuration: Table = toml::from_str(text).context("the configuration is not TOML")?;
            for path in paths(&Value::Table(configuration)) {
                let mut mounts = container.volume_mounts.iter().map(|mount| &mount.mount_path);
                let is_there = match path.strip_prefix(SECRETS) {
                    Ok(key) => root.join("secrets").join(key).exists(),
                    Err(_) => path.starts_with(IN_THE_IMAGE) || mounts.any(|mount| path.starts_with(mount)),
                };
                ensure!(is_there, "the configuration names {}, and nothing is there", path.display());
            }
        }
        Ok(())
    }
}

fn paths(value: &Value) -> Vec<&Path> {
    match value {
        Value::String(text) if text.starts_with('/') => vec![Path::new(text)],
        Value::Array(values) => values.iter().flat_map(paths).collect(),
        Value::Table(table) => table.values().flat_map(paths).collect(),
        _ => Vec::new(),
    }
}

fn named<'a>(manifests: &'a [Manifest], kind: &str, name: &str) -> Result<&'a Manifest> {
    let found = manifests.iter().find(|manifest| manifest.kind == kind && manifest.metadata.name == name);
    found.with_context(|| format!("there is no {kind} {name}"))
}
