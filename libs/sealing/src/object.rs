//! Large objects: each is sealed whole under a data key of its own, and only that key is sealed under the keyring.

use zeroize::Zeroizing;

use crate::key::SecretKey;
use crate::sealed::{self, Purpose};
use crate::suite::Suite;
use crate::{Keyring, SealingError};

/// The data key's name inside an object: there is only ever one.
const DATA_KEY_ID: &str = "";

/// What has to be kept of a sealed object: the wrapped key in a row, the ciphertext in the object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedObject {
    /// The object's data key, sealed under the keyring's current key.
    pub wrapped_key: Vec<u8>,
    /// The object, sealed under its data key.
    pub ciphertext: Vec<u8>,
}

impl Keyring {
    /// Seals a whole file for the place that `context` names.
    pub fn seal_object(&self, context: &str, bytes: &[u8]) -> Result<SealedObject, SealingError> {
        let data_key = SecretKey::fresh()?;
        let wrapped_key = self.seal_for(Purpose::ObjectKey, context, data_key.bytes())?;
        let associated = Purpose::Object.associated(context);
        let ciphertext = sealed::seal(Suite::Aes256Gcm, DATA_KEY_ID, &data_key, &associated, bytes)?;
        Ok(SealedObject { wrapped_key, ciphertext })
    }

    /// Opens a whole file; nothing of it is given out unless all of it is authentic.
    pub fn open_object(
        &self,
        context: &str,
        wrapped_key: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        let data_key = self.open_for(Purpose::ObjectKey, context, wrapped_key)?;
        let data_key = SecretKey::from_bytes(&data_key).ok_or(SealingError::NotSealed)?;
        let parts = sealed::Parts::of(ciphertext)?;
        parts.open(&data_key, &Purpose::Object.associated(context))
    }

    /// Wraps an object's data key under the current key; the ciphertext stays as it is.
    pub fn rewrap(&self, context: &str, wrapped_key: &[u8]) -> Result<Vec<u8>, SealingError> {
        let data_key = self.open_for(Purpose::ObjectKey, context, wrapped_key)?;
        self.seal_for(Purpose::ObjectKey, context, &data_key)
    }
}
