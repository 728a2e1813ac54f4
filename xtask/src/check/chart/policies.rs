//! Network policies let in whom they name: to Kubernetes a rule that names nobody lets in everybody.

use anyhow::{Result, ensure};

use super::manifest::Manifest;

/// Looks at the ingress of every network policy.
pub(super) fn name_whom_they_let_in(manifests: &[Manifest]) -> Result<()> {
    let policies = || manifests.iter().filter(|manifest| manifest.kind == "NetworkPolicy");
    ensure!(policies().next().is_some(), "there is no NetworkPolicy");
    for policy in policies() {
        let name = &policy.metadata.name;
        ensure!(
            policy.spec.ingress.iter().flatten().all(|rule| !rule.from.is_empty()),
            "NetworkPolicy {name} has a rule that lets everybody in"
        );
    }
    Ok(())
}
