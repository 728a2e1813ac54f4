//! The section of a service's configuration that is about its audit trail.

use std::path::PathBuf;

runtime::settings! {
    /// Section `[audit]`: the keys that sign checkpoints.
    pub struct AuditConfig {
        /// The Ed25519 key that signs, a PEM file (PKCS#8).
        signing_key_file: PathBuf [required],
        /// The public keys of those that signed before, PEM files: their checkpoints still count.
        retired_key_files: Vec<PathBuf> = Vec::new(),
    }
}
