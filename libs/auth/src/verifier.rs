//! Verifies tokens: of people, issued by identity, and of services, issued by the cluster.

use std::num::NonZeroUsize;
use std::sync::Arc;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, TokenData, Validation, dangerous, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::cache::{Cache, Remembered, fingerprint};
use crate::claims::{PersonClaims, ServiceClaims};
use crate::jwk::TrustedKey;
use crate::keys::{KeySource, Keys};
use crate::{AUDIENCE, AuthConfig, Caller, PEOPLE};

/// A longer token is refused unread.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Why a token is not believed. A client is told only whether it ran out; the rest is for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// It was good, and has ended.
    #[error("the token has run out")]
    Expired,
    /// It is not good: what is wrong, without anything from the token.
    #[error("the token is not valid: {0}")]
    Invalid(&'static str),
    /// Whether it is good cannot be told now: its issuer's keys are not known, and cannot be fetched.
    #[error("the keys of the token's issuer cannot be reached")]
    KeysUnreachable,
}

/// Verifies tokens and remembers those that were good. Cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Trust>);

struct Trust {
    issuers: [Issuer; 2],
    leeway_s: u64,
    cache: Cache,
}

/// An issuer whose tokens are believed, and for what.
struct Issuer {
    name: String,
    keys: Keys,
    subject: Subject,
}

/// Whom an issuer's tokens speak of.
enum Subject {
    Person,
    ServiceOf { namespace: String },
}

/// What is read before anything is verified: only to find the issuer.
#[derive(Deserialize)]
struct Claimed {
    iss: String,
}

impl Verifier {
    /// Believes identity's tokens by the keys of `people`, and the cluster's as the configuration says.
    pub fn new(config: &AuthConfig, people: KeySource) -> Self {
        let services = &config.services;
        let issuers = [
            Issuer {
                name: PEOPLE.to_owned(),
                keys: Keys::new(PEOPLE.to_owned(), people),
                subject: Subject::Person,
            },
            Issuer {
                name: services.issuer.clone(),
                keys: Keys::new(services.issuer.clone(), services.keys()),
                subject: Subject::ServiceOf { namespace: services.namespace.clone() },
            },
        ];
        let capacity = NonZeroUsize::new(config.remembered_tokens).unwrap_or(NonZeroUsize::MIN);
        Self(Arc::new(Trust { issuers, leeway_s: config.leeway_s, cache: Cache::new(capacity) }))
    }

    /// Who holds this token, if it is good now.
    pub async fn verify(&self, token: &str) -> Result<Caller, Unverified> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Unverified::Invalid("too long"));
        }
        let fingerprint = fingerprint(token);
        if let Some(known) = self.0.cache.get(&fingerprint, jsonwebtoken::get_current_timestamp()) {
            let keys = self.0.issuers[known.issuer].keys.current().await;
            if keys.generation == known.generation {
                return Ok(known.caller);
            }
            self.0.cache.forget(&fingerprint);
        }
        let verified = self.0.verify(token).await?;
        self.0.cache.put(fingerprint, verified.clone());
        Ok(verified.caller)
    }
}

impl Trust {
    async fn verify(&self, token: &str) -> Result<Remembered, Unverified> {
        let header = decode_header(token).map_err(|_| Unverified::Invalid("no readable header"))?;
        let kid = header.kid.as_deref().ok_or(Unverified::Invalid("no key id"))?;
        let (index, issuer) = self.issuer_of(token)?;
        let known = issuer.keys.with(kid).await.map_err(|_| Unverified::KeysUnreachable)?;
        let key = known.keys.get(kid).ok_or(Unverified::Invalid("unknown key"))?;
        let (caller, expires_at) = issuer.believe(token, &header, key, self.leeway_s)?;
        Ok(Remembered { caller, expires_at, issuer: index, generation: known.generation })
    }

    fn issuer_of(&self, token: &str) -> Result<(usize, &Issuer), Unverified> {
        let claimed: Claimed = dangerous::insecure_decode_claims(token)
            .map_err(|_| Unverified::Invalid("no readable claims"))?;
        let mut issuers = self.issuers.iter().enumerate();
        issuers.find(|(_, issuer)| issuer.name == claimed.iss).ok_or(Unverified::Invalid("foreign issuer"))
    }
}

impl Issuer {
    /// Checks signature and claims, then says who it is and until when.
    fn believe(
        &self,
        token: &str,
        header: &Header,
        key: &TrustedKey,
        leeway_s: u64,
    ) -> Result<(Caller, u64), Unverified> {
        if header.crit.is_some() {
            return Err(Unverified::Invalid("demands an extension"));
        }
        // The key says which algorithm it is for; what the token says about that only has to agree.
        let mut rules = Validation::new(key.algorithm);
        rules.leeway = leeway_s;
        rules.validate_nbf = true;
        rules.set_issuer(&[&self.name]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let (caller, expires_at) = match &self.subject {
            Subject::Person => {
                let claims: PersonClaims = checked(token, key, &rules)?;
                let expires_at = claims.exp;
                (claims.caller(), expires_at)
            }
            Subject::ServiceOf { namespace } => {
                let claims: ServiceClaims = checked(token, key, &rules)?;
                (claims.caller(namespace), claims.exp)
            }
        };
        caller.map(|caller| (caller, expires_at)).ok_or(Unverified::Invalid("nobody we know"))
    }
}

fn checked<C: DeserializeOwned>(token: &str, key: &TrustedKey, rules: &Validation) -> Result<C, Unverified> {
    decode(token, &key.key, rules).map(|TokenData { claims, .. }| claims).map_err(|error| {
        match error.kind() {
            ErrorKind::ExpiredSignature => Unverified::Expired,
            ErrorKind::InvalidSignature => Unverified::Invalid("wrong signature"),
            ErrorKind::InvalidAlgorithm => Unverified::Invalid("another algorithm than its key's"),
            ErrorKind::InvalidIssuer => Unverified::Invalid("foreign issuer"),
            ErrorKind::InvalidAudience => Unverified::Invalid("for another audience"),
            ErrorKind::ImmatureSignature => Unverified::Invalid("not valid yet"),
            ErrorKind::MissingRequiredClaim(_) => Unverified::Invalid("lacks a claim"),
            _ => Unverified::Invalid("not readable"),
        }
    })
}
