//! The section of a service's configuration that is about its audit trail.

use std::path::PathBuf;

use serde::Deserialize;

/// Section `[audit]`: the keys that sign checkpoints.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    /// The Ed25519 key that signs, a PEM file (PKCS#8).
    pub signing_key_file: PathBuf,
    /// The public keys of those that signed before, PEM files: their checkpoints still count.
    #[serde(default)]
    pub retired_key_files: Vec<PathBuf>,
}
