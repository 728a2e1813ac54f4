//! Choosing a replica: of two by chance the one with less under way, leaving alone those that have failed lately.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use rand::seq::IndexedRandom;

use crate::replica::Replica;

/// The replicas that are known.
#[derive(Debug, Default)]
pub struct Replicas(RwLock<Vec<Arc<Replica>>>);

impl Replicas {
    /// Takes over what names resolve to now: new addresses come, missing ones go, the others keep what is known of them.
    pub fn update(&self, addresses: &[SocketAddr], connect: impl Fn(SocketAddr) -> Option<Replica>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|replica| addresses.contains(&replica.address));
        for address in addresses {
            if !known.iter().any(|replica| replica.address == *address) {
                known.extend(connect(*address).map(Arc::new));
            }
        }
    }

    /// The replica for the next call; none where no name resolves. Where all have failed lately, one of those.
    pub fn choose(&self) -> Option<Arc<Replica>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let well: Vec<_> = known.iter().filter(|replica| !replica.rests()).collect();
        let candidates = if well.is_empty() { known.iter().collect() } else { well };
        let two = candidates.sample(&mut rand::rng(), 2);
        two.min_by_key(|replica| replica.load()).map(|replica| Arc::clone(replica))
    }
}
