//! Where a neighbour is, and how patient we are with it.

use std::path::PathBuf;

runtime::settings! {
    /// Another service.
    pub struct NeighbourConfig {
        /// `http://host:port`, or `https://` with `authority_file`; a host name stands for all addresses that it resolves to,
        /// as a headless Kubernetes Service does. Several are divided by commas.
        address: String [required],
        /// The authority that its certificate is checked with; needed for `https`.
        authority_file: PathBuf [optional],
        /// How long a call may take where no caller's deadline says less.
        deadline_ms: u64 = 5_000,
        /// How often a call is sent at most.
        attempts: u32 = 4,
        /// How often host names are resolved again.
        resolve_interval_ms: u64 = 5_000,
        /// How long a connection may take to be made.
        connect_timeout_ms: u64 = 1_000,
    }
}
