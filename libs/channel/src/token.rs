//! Our own token, as the platform projects it into a file and renews it there.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderValue;

/// How often the file is looked at.
const PAUSE: Duration = Duration::from_secs(1);

/// The file that holds our token.
#[derive(Clone, Debug)]
pub struct TokenFile {
    path: Arc<PathBuf>,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    header: Option<HeaderValue>,
    version: Option<Version>,
    looked_at: Option<Instant>,
}

/// What a file looks like from outside; a renewed one looks different.
type Version = (u64, u64, i64, i64);

impl TokenFile {
    /// A token that lies in this file, now or soon.
    pub fn new(path: PathBuf) -> Self {
        Self { path: Arc::new(path), known: Arc::default() }
    }

    /// `Bearer …`, as it is now. None where the file has never been readable: the neighbour will refuse the call.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.looked_at.is_none_or(|at| at.elapsed() >= PAUSE) {
            known.looked_at = Some(Instant::now());
            self.look_again(&mut known);
        }
        known.header.clone()
    }

    /// Where the file has become unusable, the last token stays: it may still be good.
    fn look_again(&self, known: &mut Known) {
        // The version first: a change while we read is seen the next time.
        let version = self.version();
        if version.is_some() && version == known.version {
            return;
        }
        let read = fs::read_to_string(&*self.path).map(|text| header(text.trim()));
        match read {
            Ok(Some(header)) => (known.header, known.version) = (Some(header), version),
            Ok(None) => tracing::warn!(path = %self.path.display(), "the file of our own token holds none"),
            Err(error) => tracing::warn!(path = %self.path.display(), %error, "our own token cannot be read"),
        }
    }

    fn version(&self) -> Option<Version> {
        let metadata = fs::metadata(&*self.path).ok()?;
        Some((metadata.ino(), metadata.len(), metadata.mtime(), metadata.mtime_nsec()))
    }
}

fn header(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(&format!("Bearer {token}")).ok().filter(|_| !token.is_empty())?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent once the file has been looked at again.
    fn sent(token: &TokenFile) -> Option<HeaderValue> {
        token.look_again(&mut token.known.lock().unwrap());
        token.header()
    }

    #[test]
    fn a_renewed_token_is_used_and_a_lost_one_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let token = TokenFile::new(path.clone());
        assert_eq!(sent(&token), None);

        fs::write(&path, "first\n").unwrap();
        assert_eq!(sent(&token).unwrap(), "Bearer first");
        fs::write(&path, "second, which is longer").unwrap();
        assert_eq!(sent(&token).unwrap(), "Bearer second, which is longer");
        fs::write(&path, " \n").unwrap();
        assert_eq!(sent(&token).unwrap(), "Bearer second, which is longer");
        fs::remove_file(&path).unwrap();
        assert_eq!(sent(&token).unwrap(), "Bearer second, which is longer");
    }

    #[test]
    fn a_token_is_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "s3cret").unwrap();
        let token = TokenFile::new(path);
        assert!(sent(&token).is_some());
        assert!(!format!("{token:?} {:?}", token.header()).contains("s3cret"));
    }
}
