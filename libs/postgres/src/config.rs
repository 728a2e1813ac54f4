//! Where the database is, and the limit on everything that could hold it up.

use std::num::NonZeroU32;

use runtime::Secret;

runtime::settings! {
    /// A service's own PostgreSQL database.
    pub struct DatabaseConfig {
        /// `postgres://user:password@host/database`. A secret, since it holds a password.
        url: Secret [required],
        /// Connections at once.
        max_connections: NonZeroU32 = const { NonZeroU32::new(16).unwrap() },
        /// How long a call waits for one of them.
        acquire_timeout_ms: u64 = 3_000,
        /// How long a statement may run. It is the server that ends it, with an error: the outcome is known.
        statement_timeout_ms: u64 = 10_000,
        /// How long a statement waits for a lock.
        lock_timeout_ms: u64 = 5_000,
        /// How long a transaction may lie idle before its connection is closed.
        idle_in_transaction_timeout_ms: u64 = 15_000,
    }
}
