//! Unions seen a moment ago: thousands submit in one second, and the tree hardly moves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vocabulary::{UnionId, UnionPath};

/// For how long a union is believed to be as it was: a move shows within it.
const BELIEVED_FOR: Duration = Duration::from_secs(30);

/// So many are remembered; then all are forgotten and read again.
const MOST: usize = 10_000;

/// A union, as far as subsidy needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnionNode {
    /// Its id.
    pub id: UnionId,
    /// Its full name.
    pub name: String,
    /// From the city federation down to it.
    pub path: UnionPath,
    /// The administrative code that it stands for; empty where there is none.
    pub administrative_code: String,
}

/// The unions seen.
#[derive(Clone, Default)]
pub struct Unions(Arc<Mutex<HashMap<UnionId, (Instant, UnionNode)>>>);

impl Unions {
    pub fn get(&self, id: UnionId) -> Option<UnionNode> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&id).filter(|(at, _)| at.elapsed() < BELIEVED_FOR).map(|(_, union)| union.clone())
    }

    pub fn put(&self, union: UnionNode) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(union.id, (Instant::now(), union));
    }
}
