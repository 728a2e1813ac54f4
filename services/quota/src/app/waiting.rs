//! Who waits at this replica for which operation.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use vocabulary::OperationId;

use crate::domain::{Folded, Recorded};

/// Those who wait. The same operation may be waited for twice, when its sender repeats it.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    by_operation: Mutex<HashMap<OperationId, Vec<oneshot::Sender<Recorded>>>>,
}

/// One who waits; leaves when dropped.
#[derive(Debug)]
pub(super) struct Waiter<'a> {
    waiting: &'a Waiting,
    id: OperationId,
    decided: oneshot::Receiver<Recorded>,
}

impl Waiting {
    pub(super) fn wait_for(&self, id: OperationId) -> Waiter<'_> {
        let (sender, decided) = oneshot::channel();
        self.lock().entry(id).or_default().push(sender);
        Waiter { waiting: self, id, decided }
    }

    /// Tells everybody who waits for one of these, which are committed, what was decided.
    pub(super) fn tell(&self, committed: &[Folded]) {
        let mut waiting = self.lock();
        if waiting.is_empty() {
            return;
        }
        for folded in committed {
            for waiter in waiting.remove(&folded.entry.id).into_iter().flatten() {
                // One who has left does not listen any more.
                let _ = waiter.send(Recorded::from(folded));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OperationId, Vec<oneshot::Sender<Recorded>>>> {
        self.by_operation.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.decided.close();
        let mut waiting = self.waiting.lock();
        if let Some(waiters) = waiting.get_mut(&self.id) {
            waiters.retain(|waiter| !waiter.is_closed());
            if waiters.is_empty() {
                waiting.remove(&self.id);
            }
        }
    }
}
