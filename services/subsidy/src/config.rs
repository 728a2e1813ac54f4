//! What subsidy needs to run.

use std::path::PathBuf;

use audit::AuditConfig;
use auth::AuthConfig;
use channel::NeighbourConfig;
use messaging::BrokerConfig;
use postgres::DatabaseConfig;
use runtime::{ClockConfig, RunConfig, ServerConfig, TelemetryConfig};

runtime::settings! {
    /// The whole configuration of subsidy.
    pub struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time: submissions are dated and corrections expire by it.
        clock: ClockConfig [section],
        /// Programmes and applications.
        database: DatabaseConfig [section],
        /// Events in and out.
        broker: BrokerConfig [section],
        /// Whose tokens are believed.
        auth: AuthConfig [section],
        /// Who we are to our neighbours.
        account: AccountConfig [section],
        /// identity: workers, unions, and the public keys of people's tokens.
        identity: NeighbourConfig [section],
        /// enrollment: what workers study.
        enrollment: NeighbourConfig [section],
        /// quota: the line.
        quota: NeighbourConfig [section],
        /// The keys that seal.
        sealing: SealingConfig [section],
        /// Uploaded files.
        materials: MaterialsConfig [section],
        /// The printed form.
        printing: PrintingConfig [section],
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

runtime::settings! {
    /// Uploaded files.
    pub struct MaterialsConfig {
        /// The folder that holds them, sealed.
        folder: PathBuf [required],
        /// How many are taken or given at once: each is held in memory, up to 3 MiB and its decoded picture.
        at_once: usize = 8,
    }
}

runtime::settings! {
    /// The printed form.
    pub struct PrintingConfig {
        /// A font file with Chinese characters; one that is installed where none is named.
        font_file: PathBuf [optional],
        /// How many are printed at once: each takes a core for some tens of milliseconds.
        at_once: usize = 2,
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
