//! Key material: wiped when dropped, never printed.

use std::fmt;

use aes_gcm::aead::Generate;
use aes_gcm::aead::array::{Array, sizes::U32};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, Zeroizing};

use crate::SealingError;

/// Bytes of every key here: AES-256, and the key of HMAC-SHA256.
pub(crate) const KEY_BYTES: usize = 32;

/// One secret key. Not `Clone`: a keyring is shared, never copied.
pub(crate) struct SecretKey(Zeroizing<[u8; KEY_BYTES]>);

impl SecretKey {
    pub(crate) fn fresh() -> Result<Self, SealingError> {
        let mut bytes = Array::<u8, U32>::try_generate().map_err(|_| SealingError::NoRandomness)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.copy_from_slice(&bytes);
        bytes.as_mut_slice().zeroize();
        Ok(Self(key))
    }

    /// From exactly 32 bytes; anything else is `None`.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if bytes.len() != KEY_BYTES {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Self(key))
    }

    /// From the base64 of exactly 32 bytes; anything else is `None`.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
        Self::from_bytes(&bytes)
    }

    pub(crate) fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes()))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey(…)")
    }
}
