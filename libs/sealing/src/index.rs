//! Keyed hashes: finding a sealed value again without opening it.
//!
//! Their key never changes with the sealing keys, because the hashes already stored could not be found any more.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Keyring;
use crate::key::KEY_BYTES;

/// A keyed hash of 32 bytes. Equal values of one context have equal hashes; without the key nothing can be guessed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The bytes, as a column or a message holds them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes as an owned column value.
    pub fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }
}

/// Shortened: a whole hash in a log would link the lines of one person.
impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

impl Keyring {
    /// The index under which a sealed value is found again. The context names the kind of value (`worker.phone`), not
    /// the row: the same phone of two workers must meet.
    pub fn blind_index(&self, context: &str, text: &str) -> Digest {
        self.keyed_hash("yuanmeng.sealing.index.v1", context, text.as_bytes())
    }

    /// The keyed fingerprint of a value or a file that may leave the service. It differs from the blind index of
    /// the same value, so that an event tells nothing about a table.
    pub fn digest(&self, context: &str, bytes: &[u8]) -> Digest {
        self.keyed_hash("yuanmeng.sealing.digest.v1", context, bytes)
    }

    fn keyed_hash(&self, label: &str, context: &str, bytes: &[u8]) -> Digest {
        // HMAC pads a short key with zeros to its block of 64 bytes; done here, nothing is left that could fail.
        let mut block = Zeroizing::new([0; 64]);
        block[..KEY_BYTES].copy_from_slice(self.index_key().bytes());
        let mut hash = Hmac::<Sha256>::new((&*block).into());
        for part in [label.as_bytes(), context.as_bytes()] {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(bytes);
        Digest(hash.finalize().into_bytes().into())
    }
}
