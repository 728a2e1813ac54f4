//! What enrollment needs to run.

use std::path::PathBuf;

use audit::AuditConfig;
use auth::AuthConfig;
use channel::NeighbourConfig;
use messaging::BrokerConfig;
use postgres::DatabaseConfig;
use runtime::{ClockConfig, RunConfig, ServerConfig, TelemetryConfig};

runtime::settings! {
    /// The whole configuration of enrollment.
    pub struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time: payments are not of the future by it.
        clock: ClockConfig [section],
        /// Offerings, enrollments, tuition.
        database: DatabaseConfig [section],
        /// Events out.
        broker: BrokerConfig [section],
        /// Whose tokens are believed.
        auth: AuthConfig [section],
        /// Who we are to our neighbours.
        account: AccountConfig [section],
        /// identity: workers, unions, and the public keys of people's tokens.
        identity: NeighbourConfig [section],
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

impl RunConfig for Config {
    fn telemetry(&self) -> &TelemetryConfig {
        &self.telemetry
    }

    fn clock(&self) -> &ClockConfig {
        &self.clock
    }
}
