//! The sections of a service's configuration that are about tokens.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::{Fetched, HttpsKeys, KeySource};

/// Where Kubernetes puts the authority of its own API server into every pod.
const CLUSTER_AUTHORITY: &str = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

runtime::settings! {
    /// Section `[auth]`: whose tokens are believed.
    pub struct AuthConfig {
        /// Seconds by which clocks may differ.
        leeway_s: u64 = 5,
        /// How many verified tokens are remembered, some 500 bytes each.
        remembered_tokens: usize = 10_000,
        /// A file with identity's public keys, instead of asking identity for them.
        people_jwks_file: PathBuf [optional],
        /// Services' tokens.
        services: ServicesConfig [section],
    }
}

runtime::settings! {
    /// Section `[auth.services]`: the issuer of service-account tokens, and where its public keys are.
    pub struct ServicesConfig {
        /// Their `iss`, letter by letter, such as `https://kubernetes.default.svc`.
        issuer: String [required],
        /// The namespace of our service accounts; those of other namespaces are nobody.
        namespace: String = "yuanmeng".to_owned(),
        /// Where the issuer's public keys are: a file, read again when it changes, or an `https` address.
        jwks: KeysAt [required],
        /// The only authorities that are trusted for the address, a PEM file.
        ca_file: PathBuf = CLUSTER_AUTHORITY.into(),
        /// The file of a token for the address, where it wants one.
        bearer_file: PathBuf [optional],
    }
}

runtime::settings! {
    /// Section `[tokens]`, in identity only: how people's tokens are issued.
    pub struct IssuerConfig {
        /// The Ed25519 key that signs, a PEM file (PKCS#8): `openssl genpkey -algorithm ed25519`.
        signing_key_file: PathBuf [required],
        /// The key that signed before, public or private, while tokens of it may still be about.
        previous_key_file: PathBuf [optional],
        /// How long a token is good.
        lifetime_s: TokenLifetime = TokenLifetime::DEFAULT,
    }
}

/// Where a key set is: an `https` address, or else a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub enum KeysAt {
    /// An address.
    Https(String),
    /// A file.
    File(PathBuf),
}

/// How long a person's token is good: 1 to 3,600 seconds. What it says of its holder is true for as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct TokenLifetime(u64);

impl AuthConfig {
    /// Where people's keys come from: the file if one is named, else by asking identity.
    pub fn people_keys<F, R>(&self, ask: F) -> KeySource
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Fetched> + Send + 'static,
    {
        self.people_jwks_file.clone().map_or_else(|| KeySource::asking(ask), KeySource::File)
    }
}

impl ServicesConfig {
    pub(crate) fn keys(&self) -> KeySource {
        match self.jwks.clone() {
            KeysAt::File(path) => KeySource::File(path),
            KeysAt::Https(url) => KeySource::Https(HttpsKeys {
                url,
                ca_file: self.ca_file.clone(),
                bearer_file: self.bearer_file.clone(),
            }),
        }
    }
}

impl From<String> for KeysAt {
    fn from(text: String) -> Self {
        if text.starts_with("https://") { Self::Https(text) } else { Self::File(text.into()) }
    }
}

impl TokenLifetime {
    /// Fifteen minutes.
    pub const DEFAULT: Self = Self(900);

    /// The time itself.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

impl TryFrom<u64> for TokenLifetime {
    type Error = &'static str;

    fn try_from(seconds: u64) -> Result<Self, Self::Error> {
        if (1..=3_600).contains(&seconds) { Ok(Self(seconds)) } else { Err("expected 1 to 3600 seconds") }
    }
}
