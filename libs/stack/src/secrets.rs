//! Secrets of a development stack: made at random when first asked for, kept in files that only their owner reads.

mod issuer;

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use rand::RngExt;

pub use self::issuer::{AUDIENCE, ISSUER, Issuer, LIFETIME, NAMESPACE};
use crate::error::Error;

/// The password in the file.
pub fn kept_password(path: &Path) -> Result<String, Error> {
    kept(path, random_password)
}

/// The Ed25519 key in the file, in PEM (PKCS#8): identity signs people's tokens with one, audit its checkpoints.
pub fn kept_signing_key(path: &Path) -> Result<SigningKey, Error> {
    let invalid = |error: &dyn std::error::Error| Error::file(path)(io::Error::other(error.to_string()));
    // Without its public half: with it, it is of a version of PKCS#8 that OpenSSL 3.0 does not read.
    let fresh =
        KeypairBytes { secret_key: SigningKey::generate(&mut rand::rng()).to_bytes(), public_key: None };
    let fresh = fresh.to_pkcs8_pem(LineEnding::LF).map_err(|error| invalid(&error))?;
    let text = kept(path, || fresh.to_string())?;
    SigningKey::from_pkcs8_pem(&text).map_err(|error| invalid(&error))
}

/// The keyring in the file, with which a service seals people's data.
pub fn kept_keyring(path: &Path) -> Result<(), Error> {
    let keyring = || {
        format!(
            "current = \"k1\"\n\
             index_key = \"{}\"\n\n\
             [keys.k1]\n\
             suite = \"aes-256-gcm\"\n\
             key = \"{}\"\n",
            STANDARD.encode(rand::rng().random::<[u8; 32]>()),
            STANDARD.encode(rand::rng().random::<[u8; 32]>()),
        )
    };
    kept(path, keyring).map(drop)
}

/// 128 bits as hexadecimal digits, which mean nothing special in a URL, a configuration file or a shell.
pub fn random_password() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// What the file holds; it is written with what `make` gives if it is not there.
fn kept(path: &Path, make: impl FnOnce() -> String) -> Result<String, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let text = make();
            write(path, text.as_bytes())?;
            Ok(text)
        }
        Err(error) => Err(Error::file(path)(error)),
    }
}

/// Writes a file that only its owner reads; whoever looks sees the old content or the new, never half of it.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let draft = path.with_extension("draft");
    let write = || -> io::Result<()> {
        let mut file = File::options().create(true).write(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(content)?;
        fs::rename(&draft, path)
    };
    write().map_err(Error::file(path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_was_made_once_is_kept_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");

        let password = kept_password(&path).unwrap();

        assert_eq!(password.len(), 32);
        assert_eq!(kept_password(&path).unwrap(), password);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_signing_key_survives_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");

        let key = kept_signing_key(&path).unwrap();

        assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert_eq!(kept_signing_key(&path).unwrap(), key);
    }
}
