//! Who waits at this replica for which operation.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use vocabulary::OperationId;

use crate::domain::{self, Folded, Recorded};

/// Those who wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    waiters: Mutex<domain::Waiting<oneshot::Sender<Recorded>>>,
    next: AtomicU64,
}

/// One who waits; leaves when dropped.
#[derive(Debug)]
pub(super) struct Waiter<'a> {
    waiting: &'a Waiting,
    id: OperationId,
    number: u64,
    decided: oneshot::Receiver<Recorded>,
}

impl Waiting {
    pub(super) fn wait_for(&self, id: OperationId) -> Waiter<'_> {
        let (sender, decided) = oneshot::channel();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().wait_for(id, number, None, sender);
        Waiter { waiting: self, id, number, decided }
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Tells everybody who waits for one of these, which are committed, what was decided.
    pub(super) fn tell(&self, committed: &[Folded]) {
        let told = self.lock().decided(committed);
        for (waiter, recorded) in told {
            // One who has left does not listen any more.
            let _ = waiter.send(recorded);
        }
    }

    fn lock(&self) -> MutexGuard<'_, domain::Waiting<oneshot::Sender<Recorded>>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiter<'_> {
    /// The decision, once it is committed; never, where another replica's combiner told nobody here.
    pub(super) async fn decided(&mut self) -> Recorded {
        match (&mut self.decided).await {
            Ok(recorded) => recorded,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.waiting.lock().leave(self.id, self.number);
    }
}
