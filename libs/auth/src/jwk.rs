//! JSON Web Keys (RFC 7517), as far as they are believed here: public keys for Ed25519, P-256 and RSA, nothing secret.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Below 2048 bits RSA is not to be trusted.
const MIN_RSA_BYTES: usize = 256;

/// Above 8192 bits one verification costs too much.
const MAX_RSA_BYTES: usize = 1024;

/// A key as it is written. What is not mentioned here is ignored, as RFC 7517 asks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Jwk {
    pub(crate) kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<String>,
}

/// Keys as they are published.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Jwks {
    pub(crate) keys: Vec<Jwk>,
}

/// A key that signatures are checked with, and the one algorithm that it is for.
pub(crate) struct TrustedKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

/// The usable keys of a set, by their ids.
pub(crate) type TrustedKeys = HashMap<String, TrustedKey>;

/// Reads a key set; none if it is not one. A key that is not for us, or not sound, is left out: others beside it count.
pub(crate) fn trusted(text: &str) -> Option<TrustedKeys> {
    let set: Jwks = serde_json::from_str(text).ok()?;
    Some(set.keys.iter().filter_map(Jwk::trusted).collect())
}

impl Jwk {
    /// The public half of an Ed25519 key; its id is its thumbprint (RFC 7638), so that equal keys have equal ids.
    pub(crate) fn ed25519(public: &[u8; 32]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(public);
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        Self {
            kty: "OKP".to_owned(),
            crv: Some("Ed25519".to_owned()),
            x: Some(x),
            kid: Some(URL_SAFE_NO_PAD.encode(thumbprint)),
            alg: Some("EdDSA".to_owned()),
            purpose: Some("sig".to_owned()),
            ..Self::default()
        }
    }

    fn trusted(&self) -> Option<(String, TrustedKey)> {
        let kid = self.kid.clone().filter(|kid| !kid.is_empty())?;
        if self.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let (algorithm, name, key) = match self.kty.as_str() {
            "OKP" => (Algorithm::EdDSA, "EdDSA", self.ed25519_key()?),
            "EC" => (Algorithm::ES256, "ES256", self.p256_key()?),
            "RSA" => (Algorithm::RS256, "RS256", self.rsa_key()?),
            // Symmetric keys above all: whoever checks with one could sign with it.
            _ => return None,
        };
        let agrees = self.alg.as_deref().is_none_or(|alg| alg == name);
        agrees.then_some((kid, TrustedKey { algorithm, key }))
    }

    /// The length is checked here: jsonwebtoken reads the first 32 bytes of whatever there is.
    fn ed25519_key(&self) -> Option<DecodingKey> {
        let point: [u8; 32] = decode(self.x.as_deref()?)?.try_into().ok()?;
        (self.crv.as_deref()? == "Ed25519").then(|| DecodingKey::from_ed_der(&point))
    }

    fn p256_key(&self) -> Option<DecodingKey> {
        let (x, y) = (self.x.as_deref()?, self.y.as_deref()?);
        let sound = self.crv.as_deref()? == "P-256" && decode(x)?.len() == 32 && decode(y)?.len() == 32;
        sound.then(|| DecodingKey::from_ec_components(x, y).ok()).flatten()
    }

    fn rsa_key(&self) -> Option<DecodingKey> {
        let (n, e) = (decode(self.n.as_deref()?)?, decode(self.e.as_deref()?)?);
        let sound = (MIN_RSA_BYTES..=MAX_RSA_BYTES).contains(&n.len()) && e.len() <= 4;
        sound.then(|| DecodingKey::from_rsa_raw_components(&n, &e))
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(keys: &str) -> usize {
        trusted(&format!(r#"{{"keys":[{keys}]}}"#)).unwrap().len()
    }

    /// RFC 8037, appendix A.3: the thumbprint of its example key.
    #[test]
    fn the_key_id_is_the_thumbprint() {
        let public = decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let jwk = Jwk::ed25519(&public.try_into().unwrap());
        assert_eq!(jwk.kid.unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// Secret keys, keys for encryption, short keys, nameless keys and unknown kinds are left out, the good one stays.
    #[test]
    fn only_sound_public_keys_are_trusted() {
        let good = serde_json::to_string(&Jwk::ed25519(&[9; 32])).unwrap();
        let short = URL_SAFE_NO_PAD.encode([9; 31]);
        let weak = URL_SAFE_NO_PAD.encode([0xFF; 128]);
        assert_eq!(count(&good), 1);
        for bad in [
            r#"{"kty":"oct","k":"c2VjcmV0","kid":"a","alg":"HS256"}"#.to_owned(),
            good.replace("\"sig\"", "\"enc\""),
            good.replace("EdDSA", "HS256"),
            good.replace("\"kid\"", "\"kit\""),
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{short}","kid":"a"}}"#),
            format!(r#"{{"kty":"RSA","n":"{weak}","e":"AQAB","kid":"a"}}"#),
            r#"{"kty":"EC","crv":"P-384","x":"AA","y":"AA","kid":"a"}"#.to_owned(),
            r#"{"kty":"lattice","kid":"a"}"#.to_owned(),
        ] {
            assert_eq!(count(&format!("{bad},{good}")), 1, "{bad}");
        }
        assert!(trusted("no JSON").is_none());
    }
}
