//! Manifests, as far as the checks look into them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What is looked at of `Chart.yaml`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Chart {
    pub(super) app_version: String,
}

/// One object of Kubernetes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub(super) kind: String,
    pub(super) metadata: Metadata,
    /// Of a `ConfigMap`.
    #[serde(default)]
    pub(super) data: BTreeMap<String, String>,
    /// Of a Secret.
    #[serde(default)]
    pub(super) string_data: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) spec: Spec,
}

#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) name: String,
}

/// What is looked at of a specification.
#[derive(Default, Deserialize)]
pub(super) struct Spec {
    /// Of what has pods.
    pub(super) template: Option<Template>,
    /// Of a `NetworkPolicy`; none lets nobody in.
    pub(super) ingress: Option<Vec<IngressRule>>,
}

/// Whom a policy lets in; nobody named is everybody.
#[derive(Deserialize)]
pub(super) struct IngressRule {
    #[serde(default)]
    pub(super) from: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Template {
    pub(super) spec: Pod,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pod {
    #[serde(default)]
    pub(super) host_network: bool,
    #[serde(default, rename = "hostPID")]
    pub(super) host_pid: bool,
    #[serde(default, rename = "hostIPC")]
    pub(super) host_ipc: bool,
    #[serde(default)]
    pub(super) security_context: PodSecurity,
    #[serde(default)]
    pub(super) init_containers: Vec<Container>,
    pub(super) containers: Vec<Container>,
    #[serde(default)]
    pub(super) volumes: Vec<Volume>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container {
    pub(super) name: String,
    #[serde(default)]
    pub(super) security_context: ContainerSecurity,
    #[serde(default)]
    pub(super) env: Vec<Variable>,
    #[serde(default)]
    pub(super) volume_mounts: Vec<Mount>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PodSecurity {
    pub(super) run_as_non_root: bool,
    pub(super) seccomp_profile: SeccompProfile,
}

#[derive(Default, Deserialize)]
pub(super) struct SeccompProfile {
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerSecurity {
    pub(super) allow_privilege_escalation: Option<bool>,
    pub(super) read_only_root_filesystem: bool,
    pub(super) capabilities: Capabilities,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Capabilities {
    pub(super) add: Vec<String>,
    pub(super) drop: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mount {
    pub(super) name: String,
    pub(super) mount_path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Volume {
    pub(super) name: String,
    pub(super) config_map: Option<Metadata>,
    pub(super) projected: Option<Projected>,
    /// Volumes of other kinds, by their kind.
    #[serde(flatten)]
    pub(super) others: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Projected {
    pub(super) sources: Vec<Source>,
}

#[derive(Deserialize)]
pub(super) struct Source {
    pub(super) secret: Option<SecretSource>,
}

/// A Secret: all its keys, or those that are named.
#[derive(Deserialize)]
pub(super) struct SecretSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) items: Vec<Item>,
}

#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) path: String,
}

/// Every object in these files.
pub(super) fn read(files: &[PathBuf]) -> Result<Vec<Manifest>> {
    let each = files.iter().map(|file| {
        let text = text(file)?;
        serde_saphyr::from_multiple::<Manifest>(&text)
            .with_context(|| format!("cannot read {}", file.display()))
    });
    Ok(each.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The one object in this file.
pub(super) fn read_as<T: DeserializeOwned>(file: &Path) -> Result<T> {
    serde_saphyr::from_str(&text(file)?).with_context(|| format!("cannot read {}", file.display()))
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
