//! Our own token, as the platform projects it into a file and renews it there.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tonic::metadata::{Ascii, MetadataValue};

/// How long a token that was read is used before the file is looked at again. The platform renews it minutes ahead.
const FRESH: Duration = Duration::from_secs(5);

/// The file that holds our token.
#[derive(Clone, Debug)]
pub struct TokenFile {
    path: Arc<PathBuf>,
    read: Arc<RwLock<Option<Header>>>,
}

/// A token as a header, and when it was read.
type Header = (Instant, MetadataValue<Ascii>);

impl TokenFile {
    /// A token that lies in this file.
    pub fn new(path: PathBuf) -> Self {
        Self { path: Arc::new(path), read: Arc::default() }
    }

    /// The `authorization` header. None where the file cannot be read: the neighbour will refuse the call.
    pub(crate) fn header(&self) -> Option<MetadataValue<Ascii>> {
        let known = self.read.read().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((at, header)) if at.elapsed() < FRESH => Some(header),
            _ => self.read_again(),
        }
    }

    fn read_again(&self) -> Option<MetadataValue<Ascii>> {
        let token = std::fs::read_to_string(&*self.path)
            .inspect_err(|error| tracing::warn!(%error, "our own token cannot be read"))
            .ok()?;
        let mut header: MetadataValue<Ascii> = format!("Bearer {}", token.trim()).parse().ok()?;
        header.set_sensitive(true);
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), header.clone()));
        Some(header)
    }
}
