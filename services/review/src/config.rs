//! What review needs to run.

use audit::AuditConfig;
use auth::AuthConfig;
use channel::NeighbourConfig;
use messaging::BrokerConfig;
use postgres::DatabaseConfig;
use runtime::{ClockConfig, RunConfig, ServerConfig, TelemetryConfig};

runtime::settings! {
    /// The whole configuration of review.
    pub struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time: corrections are due and decisions are late by it.
        clock: ClockConfig [section],
        /// Cases and steps.
        database: DatabaseConfig [section],
        /// Events in and out.
        broker: BrokerConfig [section],
        /// Whose tokens are believed.
        auth: AuthConfig [section],
        /// identity, for the public keys of people's tokens.
        identity: NeighbourConfig [section],
        /// The keys of the audit trail.
        audit: AuditConfig [section],
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
