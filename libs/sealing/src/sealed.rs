//! The stored layout of a sealed value; every byte of it is authenticated.

use zeroize::Zeroizing;

use crate::SealingError;
use crate::key::SecretKey;
use crate::suite::Suite;

/// What a sealed value is for: part of what is authenticated, so that one kind never passes for another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// A value in a column.
    Value,
    /// The data key of an object.
    ObjectKey,
    /// An object, under its data key.
    Object,
}

impl Purpose {
    /// The bytes that bind a value to its purpose and place.
    pub(crate) fn associated(self, context: &str) -> Vec<u8> {
        let label = match self {
            Self::Value => "yuanmeng.sealing.value.v1",
            Self::ObjectKey => "yuanmeng.sealing.object-key.v1",
            Self::Object => "yuanmeng.sealing.object.v1",
        };
        [label.as_bytes(), b"\0", context.as_bytes()].concat()
    }
}

/// A sealed value, taken apart.
pub(crate) struct Parts<'a> {
    pub(crate) suite: Suite,
    pub(crate) key_id: &'a str,
    header: &'a [u8],
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn of(sealed: &'a [u8]) -> Result<Self, SealingError> {
        let [suite, length, rest @ ..] = sealed else {
            return Err(SealingError::NotSealed);
        };
        let suite = Suite::of_number(*suite)?;
        let (key_id, body) = rest.split_at_checked(usize::from(*length)).ok_or(SealingError::NotSealed)?;
        let key_id = std::str::from_utf8(key_id).map_err(|_| SealingError::NotSealed)?;
        Ok(Self { suite, key_id, header: &sealed[..sealed.len() - body.len()], body })
    }

    pub(crate) fn open(
        &self,
        key: &SecretKey,
        associated: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        self.suite.decrypt(key, &[self.header, associated].concat(), self.body)
    }
}

pub(crate) fn seal(
    suite: Suite,
    key_id: &str,
    key: &SecretKey,
    associated: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, SealingError> {
    let mut sealed = Vec::with_capacity(2 + key_id.len() + plaintext.len() + Suite::OVERHEAD);
    // A key id is at most 32 bytes: the keyring refuses longer ones.
    sealed.push(suite.number());
    sealed.push(u8::try_from(key_id.len()).map_err(|_| SealingError::TooLong)?);
    sealed.extend_from_slice(key_id.as_bytes());
    let associated = [&sealed, associated].concat();
    suite.encrypt(key, &associated, plaintext, &mut sealed)?;
    Ok(sealed)
}
