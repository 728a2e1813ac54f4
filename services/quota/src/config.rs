//! What quota needs to run.

use std::num::{NonZeroU32, NonZeroUsize};

use audit::AuditConfig;
use auth::AuthConfig;
use channel::NeighbourConfig;
use messaging::BrokerConfig;
use postgres::DatabaseConfig;
use runtime::{ClockConfig, RunConfig, Secret, ServerConfig, TelemetryConfig};

runtime::settings! {
    /// The whole configuration of quota.
    pub struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time: windows go by PostgreSQL's clock plus this offset.
        clock: ClockConfig [section],
        /// The journal.
        database: DatabaseConfig [section],
        /// Whose tokens are believed.
        auth: AuthConfig [section],
        /// identity, for the public keys of people's tokens.
        identity: NeighbourConfig [section],
        /// The keys that sign the audit trail, checkpoints and receipts.
        audit: AuditConfig [section],
        /// The order.
        order: OrderConfig [section],
        /// Where promotions are announced, and hearers outside told.
        broker: BrokerConfig [section],
        /// The lines.
        line: LineConfig [section],
    }
}

runtime::settings! {
    /// The lines' own Redis: `maxmemory-policy noeviction`, `appendonly yes`, `auto-aof-rewrite-min-size 512mb`, and
    /// never the one that holds sessions.
    pub struct OrderConfig {
        /// `redis://…`. A secret, since it may hold a password.
        url: Secret [required],
        /// What every key begins with.
        key_prefix: String = "quota:".to_owned(),
    }
}

runtime::settings! {
    /// The lines.
    pub struct LineConfig {
        /// How long a sender is kept waiting for a decision. After that the same operation id is to be sent again.
        answer_within_ms: u64 = 8_000,
        /// For how long Redis is silent, while somebody waits, before a line goes on without it (mode DIRECT): slower, and on
        /// PostgreSQL alone.
        direct_after_ms: u64 = 5_000,
        /// For how long Redis answers again before a line returns to it.
        return_after_ms: u64 = 10_000,
        /// How many operations may queue for one line at this replica; a further one is refused with OVERLOADED.
        queue: NonZeroUsize = const { NonZeroUsize::new(4_096).unwrap() },
        /// Connections to the database at once with which lines are ordered and folded, beside those of calls. Each line that is busy
        /// needs two.
        max_connections: NonZeroU32 = const { NonZeroU32::new(16).unwrap() },
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
