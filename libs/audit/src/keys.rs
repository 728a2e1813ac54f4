//! The keys that sign checkpoints: one signs, those before it are still believed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ed25519_dalek::pkcs8::DecodePrivateKey;
use ed25519_dalek::pkcs8::spki::DecodePublicKey;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::AuditConfig;

/// The signing key and all that are believed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    signing: SigningKey,
    believed: PublicKeys,
}

/// Keys that are believed, without any that signs: what somebody outside needs who checks a signature.
#[derive(Debug, Clone)]
pub struct PublicKeys(Vec<VerifyingKey>);

/// Why the keys for checkpoints cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidKeys {
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

impl Keys {
    /// Reads the keys that the configuration names.
    pub fn load(config: &AuditConfig) -> Result<Self, InvalidKeys> {
        let path = &config.signing_key_file;
        let signing = SigningKey::from_pkcs8_pem(&read(path)?).map_err(|_| not_a_key(path))?;
        let mut believed = PublicKeys::read(&config.retired_key_files)?;
        believed.0.push(signing.verifying_key());
        Ok(Self(Arc::new(Inner { signing, believed })))
    }

    /// All that are believed, without the one that signs.
    pub fn believed(&self) -> &PublicKeys {
        &self.0.believed
    }

    /// The name of the key that signs now.
    pub fn signing_id(&self) -> String {
        id_of(&self.0.signing.verifying_key())
    }

    /// Signs a message with the key that signs now.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.signing.sign(message).to_bytes()
    }

    /// Whether a believed key of this name has signed the message.
    pub fn have_signed(&self, key_id: &str, message: &[u8], signature: &[u8]) -> bool {
        self.0.believed.have_signed(key_id, message, signature)
    }
}

impl PublicKeys {
    /// Reads public keys, each a PEM file.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<Self, InvalidKeys> {
        let key =
            |path: &PathBuf| VerifyingKey::from_public_key_pem(&read(path)?).map_err(|_| not_a_key(path));
        files.into_iter().map(key).collect::<Result<_, _>>().map(Self)
    }

    /// Whether one of them, of this name, has signed the message.
    pub fn have_signed(&self, key_id: &str, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        let mut named = self.0.iter().filter(|key| id_of(key) == key_id);
        named.any(|key| key.verify_strict(message, &signature).is_ok())
    }
}

/// A key is named by the beginning of the SHA-256 of its public bytes.
fn id_of(key: &VerifyingKey) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..8])
}

fn read(path: &Path) -> Result<Zeroizing<String>, InvalidKeys> {
    std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|source| InvalidKeys::Unreadable { path: path.to_owned(), source })
}

fn not_a_key(path: &Path) -> InvalidKeys {
    InvalidKeys::NotAKey { path: path.to_owned() }
}
