//! Pod Security "restricted", which the namespace enforces: a pod that a cluster would refuse is found here.

use anyhow::{Result, bail};

use super::manifest::{Container, Manifest, Pod};

/// The kinds of volumes that are allowed, among those that a chart of ours might use.
const VOLUMES: [&str; 6] =
    ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret", "downwardAPI"];

/// Looks at the pods of everything that has some.
pub(super) fn every_pod_is(manifests: &[Manifest]) -> Result<()> {
    let mut faults = Vec::new();
    for manifest in manifests {
        let Some(template) = &manifest.spec.template else { continue };
        let name = format!("{} {}", manifest.kind, manifest.metadata.name);
        faults.extend(faults_of(&template.spec).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    if faults.is_empty() { Ok(()) } else { bail!("Pod Security:\n{}", faults.join("\n")) }
}

fn faults_of(pod: &Pod) -> Vec<String> {
    let mut faults = Vec::new();
    let security = &pod.security_context;
    if !security.run_as_non_root {
        faults.push("runAsNonRoot is not set".to_owned());
    }
    if security.seccomp_profile.kind != "RuntimeDefault" {
        faults.push("seccompProfile is not RuntimeDefault".to_owned());
    }
    if pod.host_network || pod.host_pid || pod.host_ipc {
        faults.push("it shares the host's namespaces".to_owned());
    }
    for volume in &pod.volumes {
        let refused = volume.others.keys().filter(|kind| !VOLUMES.contains(&kind.as_str()));
        faults.extend(refused.map(|kind| format!("volume {} is a {kind}", volume.name)));
    }
    let containers = pod.init_containers.iter().chain(&pod.containers);
    faults.extend(containers.flat_map(faults_in));
    faults
}

fn faults_in(container: &Container) -> Vec<String> {
    let security = &container.security_context;
    let named = |fault: &str| format!("container {}: {fault}", container.name);
    let mut faults = Vec::new();
    if security.allow_privilege_escalation != Some(false) {
        faults.push(named("allowPrivilegeEscalation is not false"));
    }
    if security.capabilities.drop != ["ALL"] || !security.capabilities.add.is_empty() {
        faults.push(named("it keeps capabilities"));
    }
    // Beyond "restricted": what a service does not write, nobody writes through it.
    if !security.read_only_root_filesystem {
        faults.push(named("readOnlyRootFilesystem is not set"));
    }
    faults
}
