//! What identity needs to run.

use std::path::PathBuf;

use audit::AuditConfig;
use auth::{AuthConfig, IssuerConfig};
use postgres::DatabaseConfig;
use runtime::{ClockConfig, RunConfig, Secret, ServerConfig, TelemetryConfig};

use crate::clients::OutsideConfig;

runtime::settings! {
    /// The whole configuration of identity.
    pub struct Config {
        /// The gRPC server.
        server: ServerConfig [section],
        /// Logs, traces, metrics.
        telemetry: TelemetryConfig [section],
        /// Business time: invitations and appointments end by it.
        clock: ClockConfig [section],
        /// People, unions, officials.
        database: DatabaseConfig [section],
        /// Whose tokens are believed.
        auth: AuthConfig [section],
        /// How people's tokens are issued.
        tokens: IssuerConfig [section],
        /// The keys of the audit trail.
        audit: AuditConfig [section],
        /// The keys that seal.
        sealing: SealingConfig [section],
        /// One-time codes and limits.
        codes: CodesConfig [section],
        /// The SMS gateway.
        sms: OutsideConfig [section],
        /// The real-name check.
        realname: OutsideConfig [section],
        /// Invitations.
        invitations: InvitationsConfig [section],
        /// Passwords.
        passwords: PasswordsConfig [section],
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
    /// The Redis of one-time codes and limits: never the one that orders the lines.
    pub struct CodesConfig {
        /// `redis://…`. A secret, since it may hold a password.
        url: Secret [required],
    }
}

runtime::settings! {
    /// Invitations.
    pub struct InvitationsConfig {
        /// Where their links lead, such as `https://zgjy.example.cn`; the secret follows as `/join/<secret>`.
        base_url: String [required],
    }
}

runtime::settings! {
    /// Passwords.
    pub struct PasswordsConfig {
        /// How many are hashed at once: each takes a core and 19 MiB for a while.
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
