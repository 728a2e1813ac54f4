//! Issues people's tokens. Only identity does.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::VerifyingKey;
use ed25519_dalek::pkcs8::spki::DecodePublicKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::claims::{Kind, PersonClaims};
use crate::jwk::{Jwk, Jwks};
use crate::{AUDIENCE, IssuerConfig, KeySource, Official, PEOPLE, Worker};

/// Signs tokens with the current key, and publishes it with the one before.
pub struct Issuer {
    key: EncodingKey,
    kid: String,
    jwks_json: String,
    lifetime: Duration,
}

/// Of whom a token speaks.
#[derive(Debug, Clone, Copy)]
pub enum Person<'a> {
    /// A worker.
    Worker(&'a Worker),
    /// An official.
    Official(&'a Official),
}

/// A fresh token.
#[derive(Clone)]
pub struct Token {
    /// What goes into the `authorization` header, after `Bearer `.
    pub text: String,
    /// When it ends, by real time.
    pub expires_at: DateTime<Utc>,
}

/// Why the keys that tokens are signed with cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidIssuer {
    /// The file cannot be read.
    #[error("cannot read the key {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{} is not an Ed25519 key in PEM form", path.display())]
    NotAKey {
        /// Which file.
        path: PathBuf,
    },
}

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign a token")]
pub struct IssueError(#[from] jsonwebtoken::errors::Error);

impl Issuer {
    /// Reads the keys that the configuration names.
    pub fn load(config: &IssuerConfig) -> Result<Self, InvalidIssuer> {
        let signing = private_key(&config.signing_key_file)?;
        let current = Jwk::ed25519(&signing.verifying_key().to_bytes());
        let previous = config.previous_key_file.as_deref().map(public_key).transpose()?;
        let der = signing.to_pkcs8_der().map_err(|_| not_a_key(&config.signing_key_file))?;

        let kid = current.kid.clone().unwrap_or_default();
        let previous = previous.map(|key| Jwk::ed25519(&key.to_bytes())).filter(|key| key.kid != current.kid);
        let jwks = Jwks { keys: [Some(current), previous].into_iter().flatten().collect() };
        Ok(Self {
            key: EncodingKey::from_ed_der(der.as_bytes()),
            kid,
            jwks_json: serde_json::json!(jwks).to_string(),
            lifetime: config.lifetime_s.duration(),
        })
    }

    /// A token for a person, good from now for as long as is configured.
    pub fn issue(&self, person: Person<'_>) -> Result<Token, IssueError> {
        let now = SystemTime::now();
        let (issued_at, ends_at) = (seconds(now), seconds(now + self.lifetime));
        let (sub, kind) = person.claims();
        let claims = PersonClaims {
            iss: PEOPLE.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub,
            exp: ends_at,
            nbf: issued_at,
            iat: issued_at,
            jti: Uuid::now_v7(),
            kind,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        let expires_at = DateTime::from(SystemTime::UNIX_EPOCH + Duration::from_secs(ends_at));
        Ok(Token { text: encode(&header, &claims, &self.key)?, expires_at })
    }

    /// The public keys, current and previous, as `GetJwks` answers them.
    pub fn jwks_json(&self) -> &str {
        &self.jwks_json
    }

    /// The same keys for identity's own verifier, which need not ask anybody.
    pub fn key_source(&self) -> KeySource {
        KeySource::Fixed(self.jwks_json.clone())
    }
}

impl Person<'_> {
    fn claims(self) -> (Uuid, Kind) {
        match self {
            Self::Worker(worker) => (worker.id.uuid(), Kind::Worker { channel: worker.channel }),
            Self::Official(official) => {
                let Official { id, union, path, roles, centre, person } = official.clone();
                (id.uuid(), Kind::Official { union, path, roles, centre, person })
            }
        }
    }
}

fn private_key(path: &Path) -> Result<SigningKey, InvalidIssuer> {
    let pem = Zeroizing::new(read(path)?);
    SigningKey::from_pkcs8_pem(&pem).map_err(|_| not_a_key(path))
}

/// The key before is needed in its public form only; its private form is accepted too, right after a rotation.
fn public_key(path: &Path) -> Result<VerifyingKey, InvalidIssuer> {
    let pem = Zeroizing::new(read(path)?);
    VerifyingKey::from_public_key_pem(&pem)
        .or_else(|_| SigningKey::from_pkcs8_pem(&pem).map(|key| key.verifying_key()))
        .map_err(|_| not_a_key(path))
}

fn read(path: &Path) -> Result<String, InvalidIssuer> {
    std::fs::read_to_string(path)
        .map_err(|source| InvalidIssuer::Unreadable { path: path.to_owned(), source })
}

fn not_a_key(path: &Path) -> InvalidIssuer {
    InvalidIssuer::NotAKey { path: path.to_owned() }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
