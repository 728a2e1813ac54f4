//! The file that a keyring is read from, and a fresh one for a new city.
//!
//! ```toml
//! current = "k2"                      # seals; the others only open
//! index_key = "<base64 of 32 bytes>"  # blind indexes and digests; renewing it means writing every index anew
//!
//! [keys.k1]
//! suite = "aes-256-gcm"
//! key = "<base64 of 32 bytes>"
//!
//! [keys.k2]
//! suite = "aes-256-gcm"
//! key = "<base64 of 32 bytes>"
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::InvalidKeyring;
use crate::key::SecretKey;
use crate::suite::Suite;

/// The keyring file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyringFile {
    pub(crate) current: String,
    index_key: SecretText,
    keys: BTreeMap<String, KeyEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyEntry {
    suite: Suite,
    key: SecretText,
}

/// Text that is wiped when dropped and that no message quotes.
struct SecretText(Zeroizing<String>);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// The keys of a file, decoded.
pub(crate) struct DecodedKeys {
    pub(crate) index_key: SecretKey,
    pub(crate) keys: BTreeMap<String, (Suite, SecretKey)>,
}

impl KeyringFile {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidKeyring> {
        toml::from_str(text).map_err(|error| InvalidKeyring::NotAKeyring {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
        })
    }

    /// Decodes every key, or tells about all that are wrong.
    pub(crate) fn decode(&self) -> Result<DecodedKeys, InvalidKeyring> {
        let mut problems = Vec::new();
        let index_key = decode_key("index_key", &self.index_key, &mut problems);
        let mut keys = BTreeMap::new();
        for (id, entry) in &self.keys {
            if !is_key_id(id) {
                problems.push(format!("key id {id:?} is not 1 to 32 of a-z, 0-9 and -"));
            }
            if let Some(key) = decode_key(&format!("keys.{id}.key"), &entry.key, &mut problems) {
                keys.insert(id.clone(), (entry.suite, key));
            }
        }
        if !self.keys.contains_key(&self.current) {
            problems.push(format!("current names {:?}, which is not among the keys", self.current));
        }
        problems.extend(index_key.as_ref().into_iter().flat_map(|index_key| repeated(index_key, &keys)));
        match index_key {
            Some(index_key) if problems.is_empty() => Ok(DecodedKeys { index_key, keys }),
            _ => Err(InvalidKeyring::Unusable(problems)),
        }
    }
}

/// A new keyring with one key, `k1`, as the text of its file: for the developer's stack, for tests, for a first day.
pub fn fresh_keyring_file() -> Result<Zeroizing<String>, InvalidKeyring> {
    let fresh = || SecretKey::fresh().map_err(|_| InvalidKeyring::NoRandomness);
    let (index_key, key) = (fresh()?.to_base64(), fresh()?.to_base64());
    Ok(Zeroizing::new(format!(
        "current = \"k1\"\nindex_key = \"{}\"\n\n[keys.k1]\nsuite = \"aes-256-gcm\"\nkey = \"{}\"\n",
        *index_key, *key
    )))
}

fn decode_key(name: &str, text: &SecretText, problems: &mut Vec<String>) -> Option<SecretKey> {
    let key = SecretKey::from_base64(&text.0);
    if key.is_none() {
        problems.push(format!("{name} is not the base64 of 32 bytes"));
    }
    key
}

/// One key for two purposes would tie what must be independent.
fn repeated(index_key: &SecretKey, keys: &BTreeMap<String, (Suite, SecretKey)>) -> Vec<String> {
    let mut seen = vec![("index_key", index_key)];
    let mut problems = Vec::new();
    for (id, (_, key)) in keys {
        if let Some((twin, _)) = seen.iter().find(|(_, other)| other.bytes() == key.bytes()) {
            problems.push(format!("key {id:?} repeats the bytes of {twin:?}"));
        }
        seen.push((id, key));
    }
    problems
}

fn is_key_id(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
