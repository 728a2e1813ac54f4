//! The sections of a service's configuration that are about tokens.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected};

use crate::{Fetched, HttpsKeys, KeySource};

/// Section `[auth]`: whose tokens are believed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthConfig {
    /// Seconds by which clocks may differ. Default: 5.
    #[serde(default = "five_seconds")]
    pub leeway_s: u64,
    /// How many verified tokens are remembered. Default: 10,000, some 5 MB.
    #[serde(default = "ten_thousand")]
    pub remembered_tokens: usize,
    /// A file with identity's public keys, instead of asking identity for them.
    pub people_jwks_file: Option<PathBuf>,
    /// Services' tokens.
    pub services: ServicesConfig,
}

/// Section `[auth.services]`: the issuer of service-account tokens, and where its public keys are.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "ServicesText")]
pub struct ServicesConfig {
    /// Their `iss`, letter by letter, such as `https://kubernetes.default.svc.cluster.local`.
    pub issuer: String,
    /// The namespace of our service accounts; those of other namespaces are nobody.
    pub namespace: String,
    /// Where the issuer's public keys are.
    pub keys: ServiceKeys,
}

/// Where the keys of services' tokens are.
#[derive(Debug, Clone)]
pub enum ServiceKeys {
    /// `jwks_file`: a file, read again when it changes.
    File(PathBuf),
    /// `jwks_url`, with `ca_file` and, where the address wants one, `bearer_file`.
    Https(HttpsKeys),
}

/// Section `[tokens]`, in identity only: how people's tokens are issued.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The Ed25519 key that signs, a PEM file (PKCS#8): `openssl genpkey -algorithm ed25519`.
    pub signing_key_file: PathBuf,
    /// The key that signed before, public or private, while tokens of it may still be about.
    pub previous_key_file: Option<PathBuf>,
    /// How long a token is good, 1 to 3,600 seconds. Default: 900.
    #[serde(default = "fifteen_minutes", deserialize_with = "at_most_an_hour")]
    pub lifetime_s: u64,
}

/// `[auth.services]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServicesText {
    issuer: String,
    namespace: String,
    jwks_file: Option<PathBuf>,
    jwks_url: Option<String>,
    ca_file: Option<PathBuf>,
    bearer_file: Option<PathBuf>,
}

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

impl ServiceKeys {
    pub(crate) fn source(&self) -> KeySource {
        match self {
            Self::File(path) => KeySource::File(path.clone()),
            Self::Https(https) => KeySource::Https(https.clone()),
        }
    }
}

impl TryFrom<ServicesText> for ServicesConfig {
    type Error = &'static str;

    fn try_from(text: ServicesText) -> Result<Self, Self::Error> {
        let keys = match (text.jwks_file, text.jwks_url, text.ca_file, text.bearer_file) {
            (Some(file), None, None, None) => ServiceKeys::File(file),
            (None, Some(url), Some(ca_file), bearer_file) if url.starts_with("https://") => {
                ServiceKeys::Https(HttpsKeys { url, ca_file, bearer_file })
            }
            _ => return Err("needs either jwks_file, or an https jwks_url with its ca_file"),
        };
        Ok(Self { issuer: text.issuer, namespace: text.namespace, keys })
    }
}

const fn five_seconds() -> u64 {
    5
}

const fn ten_thousand() -> usize {
    10_000
}

const fn fifteen_minutes() -> u64 {
    900
}

fn at_most_an_hour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    if (1..=3_600).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(D::Error::invalid_value(Unexpected::Unsigned(seconds), &"1 to 3600 seconds"))
    }
}
