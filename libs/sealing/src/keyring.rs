//! The keyring: reads its file once, then seals and opens for the life of the process.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::file::{DecodedKeys, KeyringFile};
use crate::key::SecretKey;
use crate::sealed::{self, Purpose};
use crate::suite::Suite;
use crate::{InvalidKeyring, SealingError};

/// The keys of one service. Cheap to clone: all clones share the same keys.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

struct Keys {
    current: String,
    index_key: SecretKey,
    by_id: BTreeMap<String, (Suite, SecretKey)>,
}

impl Keyring {
    /// Reads a keyring file; all of its problems are reported together.
    pub fn load(path: &Path) -> Result<Self, InvalidKeyring> {
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|source| InvalidKeyring::Unreadable { path: path.to_owned(), source })?;
        text.parse()
    }

    /// Seals a value for the place that `context` names, under the current key.
    pub fn seal(&self, context: &str, plaintext: &[u8]) -> Result<Vec<u8>, SealingError> {
        self.seal_for(Purpose::Value, context, plaintext)
    }

    /// Opens a value that was sealed for this very place, under any key of the ring.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        self.open_for(Purpose::Value, context, sealed)
    }

    /// Opens a value that was sealed as text.
    pub fn open_text(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<String>, SealingError> {
        let plaintext = self.open(context, sealed)?;
        let text = std::str::from_utf8(&plaintext).map_err(|_| SealingError::NotText)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Whether a value, or an object's wrapped key, is sealed under a key that is no longer the current one.
    pub fn is_outdated(&self, sealed: &[u8]) -> Result<bool, SealingError> {
        Ok(sealed::Parts::of(sealed)?.key_id != self.0.current)
    }

    pub(crate) fn seal_for(
        &self,
        purpose: Purpose,
        context: &str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealingError> {
        let (suite, key) = self.key(&self.0.current)?;
        sealed::seal(*suite, &self.0.current, key, &purpose.associated(context), plaintext)
    }

    pub(crate) fn open_for(
        &self,
        purpose: Purpose,
        context: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        let parts = sealed::Parts::of(sealed)?;
        let (suite, key) = self.key(parts.key_id)?;
        if *suite != parts.suite {
            return Err(SealingError::NotAuthentic);
        }
        parts.open(key, &purpose.associated(context))
    }

    pub(crate) fn index_key(&self) -> &SecretKey {
        &self.0.index_key
    }

    fn key(&self, id: &str) -> Result<&(Suite, SecretKey), SealingError> {
        self.0.by_id.get(id).ok_or_else(|| SealingError::UnknownKey(id.to_owned()))
    }
}

impl FromStr for Keyring {
    type Err = InvalidKeyring;

    fn from_str(text: &str) -> Result<Self, InvalidKeyring> {
        let file = KeyringFile::parse(text)?;
        let DecodedKeys { index_key, keys } = file.decode()?;
        Ok(Self(Arc::new(Keys { current: file.current, index_key, by_id: keys })))
    }
}

/// Names, no keys.
impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keyring")
            .field("current", &self.0.current)
            .field("keys", &self.0.by_id.keys().collect::<Vec<_>>())
            .finish()
    }
}
