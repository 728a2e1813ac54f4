//! Tokens already verified: a signature costs microseconds that a repeated token need not pay again.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;
use sha2::{Digest, Sha256};

use crate::Caller;

/// What a token is remembered by: its SHA-256, so that no memory dump of the cache holds a usable token.
pub(crate) type Fingerprint = [u8; 32];

/// A bounded memory of verified tokens; the longest unused are forgotten first.
pub(crate) struct Cache(Mutex<LruCache<Fingerprint, Remembered>>);

/// A verified token.
#[derive(Clone)]
pub(crate) struct Remembered {
    pub(crate) caller: Caller,
    /// When the token ends, in seconds since 1970. From then on it is not known here, whatever leeway there is.
    pub(crate) expires_at: u64,
    /// Whose keys it was verified with, and at which generation of them.
    pub(crate) issuer: usize,
    pub(crate) generation: u64,
}

pub(crate) fn fingerprint(token: &str) -> Fingerprint {
    Sha256::digest(token).into()
}

impl Cache {
    pub(crate) fn new(capacity: NonZeroUsize) -> Self {
        Self(Mutex::new(LruCache::new(capacity)))
    }

    /// The token, unless it has ended.
    pub(crate) fn get(&self, fingerprint: &Fingerprint, now: u64) -> Option<Remembered> {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let remembered = tokens.get(fingerprint)?;
        if remembered.expires_at <= now {
            tokens.pop(fingerprint);
            return None;
        }
        Some(remembered.clone())
    }

    pub(crate) fn put(&self, fingerprint: Fingerprint, token: Remembered) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(fingerprint, token);
    }

    pub(crate) fn forget(&self, fingerprint: &Fingerprint) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(fingerprint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remembered(expires_at: u64) -> Remembered {
        Remembered { caller: Caller::Anyone, expires_at, issuer: 0, generation: 1 }
    }

    /// A token is remembered until the second in which it ends, and not in it.
    #[test]
    fn the_cache_never_outlives_a_token() {
        let cache = Cache::new(NonZeroUsize::MIN);
        cache.put(fingerprint("t"), remembered(100));
        assert!(cache.get(&fingerprint("t"), 99).is_some());
        assert!(cache.get(&fingerprint("t"), 100).is_none());
        assert!(cache.get(&fingerprint("t"), 99).is_none(), "an ended token is gone");
    }

    /// However many tokens come, no more are kept than were allowed.
    #[test]
    fn the_cache_is_bounded() {
        let cache = Cache::new(NonZeroUsize::new(2).unwrap());
        for token in ["a", "b", "c"] {
            cache.put(fingerprint(token), remembered(100));
        }
        assert!(cache.get(&fingerprint("a"), 1).is_none());
        assert!(cache.get(&fingerprint("b"), 1).is_some() && cache.get(&fingerprint("c"), 1).is_some());
    }
}
