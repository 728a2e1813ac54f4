//! What payment needs to run.

use std::path::PathBuf;

use audit::AuditConfig;
use auth::AuthConfig;
use channel::NeighbourConfig;
use messaging::BrokerConfig;
use postgres::DatabaseConfig;
use runtime::{ClockConfig, RunConfig, ServerConfig, TelemetryConfig};

use crate::clients::OutsideConfig;

runtime::settings! {
    /// The whole configuration of payment.
    pub struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time: entries are dated by it.
        clock: ClockConfig [section],
        /// Funds, grants, batches, the ledger.
        database: DatabaseConfig [section],
        /// Events in and out.
        broker: BrokerConfig [section],
        /// Whose tokens are believed.
        auth: AuthConfig [section],
        /// Who we are to our neighbours.
        account: AccountConfig [section],
        /// identity, for the public keys of people's tokens.
        identity: NeighbourConfig [section],
        /// subsidy: payees, and who funds which pool.
        subsidy: NeighbourConfig [section],
        /// The bank.
        bank: OutsideConfig [section],
        /// The wallet.
        wallet: OutsideConfig [section],
        /// The keys that seal payees.
        sealing: SealingConfig [section],
        /// The keys of the audit trail.
        audit: AuditConfig [section],
    }
}

runtime::settings! {
    /// Who we are to our neighbours.
    pub struct AccountConfig {
        /// The file with our own token, which the platform renews.
        token_file: PathBuf [required],
    }
}

runtime::settings! {
    /// The keys that seal what is sensitive.
    pub struct SealingConfig {
        /// The keyring, a TOML file.
        keyring_file: PathBuf [required],
    }
}

impl RunConfig for Config {
    fn telemetry(&self) -> &TelemetryConfig {
        &self.telemetry
    }

    fn clock(&self) -> &ClockConfig {
        &self.clock
    }
}
