//! Stands in for the Kubernetes API server where there is none: gives each service a token in the shape of a projected
//! service-account token, and publishes the key that proves it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use rand::RngExt;
use serde_json::{Value, json};

use super::{kept_signing_key, write};
use crate::error::Error;

/// Who issues services' tokens: the API server's usual name for itself.
pub const ISSUER: &str = "https://kubernetes.default.svc";
/// Whom they are meant for.
pub const AUDIENCE: &str = "yuanmeng";
/// Where the services live.
pub const NAMESPACE: &str = "yuanmeng";
/// How long a token is good for; whoever runs longer renews.
pub const LIFETIME: Duration = Duration::from_hours(1);
/// So often, that a renewal which fails leaves time for others.
const RENEWAL: Duration = Duration::from_mins(15);

/// Signs services' tokens.
#[derive(Debug)]
pub struct Issuer {
    key: SigningKey,
    key_id: String,
    folder: PathBuf,
    /// The services that have been given a token here.
    files: Mutex<BTreeMap<String, PathBuf>>,
    /// When they were last given out or renewed, or that was tried.
    renewed: Mutex<SystemTime>,
}

impl Issuer {
    /// Keeps its key and publishes `jwks.json` in `folder`.
    pub fn in_folder(folder: &Path) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
        let key = kept_signing_key(&folder.join("issuer.pem"))?;
        let key_id = URL_SAFE_NO_PAD.encode(&key.verifying_key().as_bytes()[..12]);
        let issuer = Self {
            key,
            key_id,
            folder: folder.to_owned(),
            files: Mutex::default(),
            renewed: Mutex::new(SystemTime::now()),
        };
        write(&issuer.key_set_file(), issuer.key_set().to_string().as_bytes())?;
        Ok(issuer)
    }

    /// The file with the public key, as a JSON Web Key Set.
    pub fn key_set_file(&self) -> PathBuf {
        self.folder.join("jwks.json")
    }

    /// Writes a token of the service to a file, and remembers to renew it.
    pub fn service_token_file(&self, service: &str) -> Result<PathBuf, Error> {
        let path = self.folder.join(format!("{service}.token"));
        write(&path, self.service_token(service).as_bytes())?;
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(service.to_owned(), path.clone());
        Ok(path)
    }

    /// Writes every token that was given out again, good for another hour.
    pub fn renew(&self) -> Result<(), Error> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner).clone();
        files.iter().try_for_each(|(service, path)| write(path, self.service_token(service).as_bytes()))
    }

    /// Renews them if it is time to; whoever keeps services running asks again and again.
    pub fn renew_when_due(&self) -> Result<(), Error> {
        let now = SystemTime::now();
        {
            let mut renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
            if !is_due(*renewed, now) {
                return Ok(());
            }
            *renewed = now;
        }
        self.renew()
    }

    /// A token of the service, good for an hour.
    pub fn service_token(&self, service: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.sign(&json!({
            "aud": [AUDIENCE],
            "exp": (now + LIFETIME).as_secs(),
            "iat": now.as_secs(),
            "iss": ISSUER,
            "jti": random_uuid(),
            "kubernetes.io": {
                "namespace": NAMESPACE,
                "pod": { "name": format!("{service}-0"), "uid": random_uuid() },
                "serviceaccount": { "name": service, "uid": random_uuid() },
            },
            "nbf": now.as_secs(),
            "sub": format!("system:serviceaccount:{NAMESPACE}:{service}"),
        }))
    }

    /// Any claims, signed: for tests of what must not be believed.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": self.key_id, "typ": "JWT" });
        let text = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn key_set(&self) -> Value {
        json!({ "keys": [{
            "alg": "EdDSA",
            "crv": "Ed25519",
            "kid": self.key_id,
            "kty": "OKP",
            "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(self.key.verifying_key().as_bytes()),
        }]})
    }
}

/// By real time, which tokens end by, also while the machine sleeps; a clock that was put back tells nothing.
fn is_due(renewed: SystemTime, now: SystemTime) -> bool {
    now.duration_since(renewed).map_or(true, |passed| passed >= RENEWAL)
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// Random, version 4.
fn random_uuid() -> String {
    let bits: u128 = rand::rng().random();
    let marked = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{marked:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, Verifier, VerifyingKey};

    use super::*;

    #[test]
    fn a_token_is_proved_by_the_published_key() {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::in_folder(folder.path()).unwrap();
        let file = issuer.service_token_file("subsidy").unwrap();
        let token = fs::read_to_string(file).unwrap();

        let key_set: Value = serde_json::from_slice(&fs::read(issuer.key_set_file()).unwrap()).unwrap();
        let public = decode(key_set["keys"][0]["x"].as_str().unwrap());
        let public = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        public.verify(text.as_bytes(), &Signature::from_slice(&decode(signature)).unwrap()).unwrap();

        let claims: Value = serde_json::from_slice(&decode(text.split_once('.').unwrap().1)).unwrap();
        assert_eq!(claims["sub"], "system:serviceaccount:yuanmeng:subsidy");
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3_600);
    }

    #[test]
    fn a_renewed_token_is_another_one_in_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::in_folder(folder.path()).unwrap();
        let file = issuer.service_token_file("quota").unwrap();
        let first = fs::read_to_string(&file).unwrap();

        issuer.renew().unwrap();

        assert_ne!(fs::read_to_string(&file).unwrap(), first);
    }

    #[test]
    fn tokens_are_renewed_several_times_within_their_lifetime() {
        let given = SystemTime::now();

        assert!(!is_due(given, given));
        assert!(is_due(given, given + LIFETIME / 4));
        assert!(is_due(given, given - Duration::from_secs(1)), "the clock was put back");
    }

    #[test]
    fn what_is_due_is_renewed_once() {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::in_folder(folder.path()).unwrap();
        let file = issuer.service_token_file("quota").unwrap();
        let read = || fs::read_to_string(&file).unwrap();
        let first = read();
        issuer.renew_when_due().unwrap();
        assert_eq!(read(), first, "it is fresh");

        *issuer.renewed.lock().unwrap() -= RENEWAL;
        issuer.renew_when_due().unwrap();

        let second = read();
        assert_ne!(second, first);
        issuer.renew_when_due().unwrap();
        assert_eq!(read(), second);
    }

    #[test]
    fn an_issuer_keeps_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let first = Issuer::in_folder(folder.path()).unwrap();

        assert_eq!(Issuer::in_folder(folder.path()).unwrap().key_id, first.key_id);
    }

    fn decode(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }
}
