//! Where public keys come from, and how a new one is learned without asking for every forged token.

use std::error::Error;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::https::HttpsKeys;
use crate::jwk::{self, TrustedKeys};

/// How long an answer may take before it counts as none.
const FETCH_TIMEOUT: Duration = Duration::from_secs(3);

/// What a fetch gives: the text of a key set.
pub type Fetched = Result<String, Box<dyn Error + Send + Sync>>;

/// Where an issuer's public keys come from, as the text of a JSON Web Key Set.
pub enum KeySource {
    /// A text that never changes: identity's own keys.
    Fixed(String),
    /// A file, read again within a second of a change.
    File(PathBuf),
    /// An `https` address, checked with a certificate authority of its own.
    Https(HttpsKeys),
    /// Whatever the closure does: asking identity.
    Ask(Box<dyn Fn() -> Pin<Box<dyn Future<Output = Fetched> + Send>> + Send + Sync>),
}

impl KeySource {
    /// A source that asks, such as `KeySource::asking(move || identity.clone().jwks())`.
    pub fn asking<F, R>(ask: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Fetched> + Send + 'static,
    {
        Self::Ask(Box::new(move || Box::pin(ask())))
    }

    async fn fetch(&self) -> Fetched {
        match self {
            Self::Fixed(text) => Ok(text.clone()),
            Self::File(path) => Ok(tokio::fs::read_to_string(path).await?),
            Self::Https(https) => https.fetch().await,
            Self::Ask(ask) => ask().await,
        }
    }

    /// How old keys may be before they are looked up again: a key that was taken back must not be believed for long.
    fn max_age(&self) -> Duration {
        match self {
            Self::Fixed(_) => Duration::MAX,
            Self::File(_) => Duration::from_secs(1),
            Self::Https(_) | Self::Ask(_) => Duration::from_mins(5),
        }
    }

    /// The least time between two tries, however many unknown keys are named meanwhile.
    fn pause(&self) -> Duration {
        match self {
            Self::Fixed(_) | Self::File(_) => Duration::from_secs(1),
            Self::Https(_) | Self::Ask(_) => Duration::from_secs(5),
        }
    }
}

/// One issuer's keys as they are known now.
pub(crate) struct Keys {
    issuer: String,
    source: KeySource,
    known: RwLock<Arc<Known>>,
    /// When a fetch was last tried; held while one is under way, so that there is one at a time.
    tried_at: Mutex<Option<Instant>>,
}

/// What was learned, and when.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) keys: Arc<TrustedKeys>,
    /// Changes whenever the keys do.
    pub(crate) generation: u64,
    text: Arc<str>,
    read_at: Option<Instant>,
}

/// The keys could not be learned at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreachable;

impl Keys {
    pub(crate) fn new(issuer: String, source: KeySource) -> Self {
        Self { issuer, source, known: RwLock::default(), tried_at: Mutex::new(None) }
    }

    /// The keys, looked up again if they have grown old. Where that fails, what was known stays: tokens end by
    /// themselves, and without their issuer there are no new ones.
    pub(crate) async fn current(&self) -> Arc<Known> {
        let known = self.known();
        if known.is_younger_than(self.source.max_age()) {
            return known;
        }
        if known.read_at.is_none() {
            self.refresh(self.tried_at.lock().await, &known).await;
        } else if let Ok(tried_at) = self.tried_at.try_lock() {
            self.refresh(tried_at, &known).await;
        }
        self.known()
    }

    /// The keys, after one attempt to learn this one if it is not among them.
    pub(crate) async fn with(&self, kid: &str) -> Result<Arc<Known>, Unreachable> {
        let known = self.current().await;
        if known.keys.contains_key(kid) {
            return Ok(known);
        }
        self.refresh(self.tried_at.lock().await, &known).await;
        let known = self.known();
        if known.read_at.is_none() { Err(Unreachable) } else { Ok(known) }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches once, unless somebody else has since what was seen, or it was tried a moment ago.
    async fn refresh(&self, mut tried_at: MutexGuard<'_, Option<Instant>>, seen: &Known) {
        let just_tried = tried_at.is_some_and(|at| at.elapsed() < self.source.pause());
        if just_tried || self.known().read_at != seen.read_at {
            return;
        }
        *tried_at = Some(Instant::now());
        match tokio::time::timeout(FETCH_TIMEOUT, self.source.fetch()).await {
            Ok(Ok(text)) => self.learn(&text),
            Ok(Err(error)) => {
                tracing::warn!(issuer = self.issuer, error, "the keys of an issuer cannot be fetched");
            }
            Err(_) => tracing::warn!(issuer = self.issuer, "the keys of an issuer did not come in time"),
        }
    }

    fn learn(&self, text: &str) {
        let mut slot = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let read_at = Some(Instant::now());
        if slot.read_at.is_some() && *slot.text == *text {
            *slot = Arc::new(Known { read_at, ..Known::clone(&slot) });
            return;
        }
        let Some(keys) = jwk::trusted(text) else {
            tracing::warn!(issuer = self.issuer, "what an issuer gave for its keys is not a key set");
            return;
        };
        tracing::info!(issuer = self.issuer, keys = keys.len(), "learned the keys of an issuer");
        let generation = slot.generation + 1;
        *slot = Arc::new(Known { keys: Arc::new(keys), generation, text: text.into(), read_at });
    }
}

impl Known {
    fn is_younger_than(&self, age: Duration) -> bool {
        self.read_at.is_some_and(|at| at.elapsed() < age)
    }
}
