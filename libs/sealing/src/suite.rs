//! Cipher suites by number: the number is stored with each value, so that a second suite can stand beside the first.

use aes_gcm::aead::{Generate, Nonce};
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::SealingError;
use crate::key::SecretKey;

/// Bytes of nonce in front of the ciphertext, the same for every suite so far.
const NONCE_BYTES: usize = 12;

/// Bytes of authentication tag behind the ciphertext.
const TAG_BYTES: usize = 16;

/// How a value is encrypted. Numbers are stored: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Suite {
    /// AES-256 in Galois/counter mode, a random nonce of 96 bits, the whole tag.
    #[serde(rename = "aes-256-gcm")]
    Aes256Gcm,
}

impl Suite {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
        }
    }

    pub(crate) const fn of_number(number: u8) -> Result<Self, SealingError> {
        match number {
            1 => Ok(Self::Aes256Gcm),
            unknown => Err(SealingError::UnknownSuite(unknown)),
        }
    }

    /// How much longer the sealed bytes are than the plaintext.
    pub(crate) const OVERHEAD: usize = NONCE_BYTES + TAG_BYTES;

    /// Appends nonce, ciphertext and tag of `plaintext` to `target`.
    ///
    /// A random nonce repeats with a chance of 2⁻³² after 2³² values under one key: a keyring is renewed long before.
    pub(crate) fn encrypt(
        self,
        key: &SecretKey,
        associated: &[u8],
        plaintext: &[u8],
        target: &mut Vec<u8>,
    ) -> Result<(), SealingError> {
        let Self::Aes256Gcm = self;
        let cipher = Aes256Gcm::new(key.bytes().into());
        let nonce = Nonce::<Aes256Gcm>::try_generate().map_err(|_| SealingError::NoRandomness)?;
        target.reserve_exact(plaintext.len() + Self::OVERHEAD);
        target.extend_from_slice(&nonce);
        let start = target.len();
        target.extend_from_slice(plaintext);
        let tag = cipher
            .encrypt_inout_detached(&nonce, associated, (&mut target[start..]).into())
            .map_err(|_| SealingError::TooLong)?;
        target.extend_from_slice(&tag);
        Ok(())
    }

    /// Opens what [`Suite::encrypt`] appended.
    pub(crate) fn decrypt(
        self,
        key: &SecretKey,
        associated: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        let Self::Aes256Gcm = self;
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealingError::NotSealed)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(SealingError::NotSealed)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        Aes256Gcm::new(key.bytes().into())
            .decrypt_inout_detached(nonce.into(), associated, plaintext.as_mut_slice().into(), tag.into())
            .map_err(|_| SealingError::NotAuthentic)?;
        Ok(plaintext)
    }
}
