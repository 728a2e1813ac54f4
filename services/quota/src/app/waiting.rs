//! Who waits at this replica for which operation.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use vocabulary::OperationId;

use crate::domain::{self, Folded, Heard, Mode, Position, Recorded};

/// Those who wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    waiters: Mutex<domain::Waiting<oneshot::Sender<Told>>>,
    next: AtomicU64,
    /// How many calls are under way, whether they wait just now or are about to ask again.
    calls: AtomicUsize,
}

/// A call that is under way, for as long as it is kept.
#[derive(Debug)]
pub(super) struct UnderWay<'a>(&'a Waiting);

/// What one who waits is told, once.
#[derive(Debug)]
pub(super) enum Told {
    /// The operation is committed.
    Decided(Recorded),
    /// What was heard of the order; where it placed the operation, the line has passed there, or it is time to look.
    Heard(Heard),
}

/// One who waits; leaves when dropped.
#[derive(Debug)]
pub(super) struct Waiter {
    waiting: Arc<Waiting>,
    id: OperationId,
    number: u64,
    told: oneshot::Receiver<Told>,
}

/// Where to say what the order said. Dropped without a word, its waiter has heard nothing.
#[derive(Debug)]
pub struct Reply {
    waiting: Arc<Waiting>,
    id: OperationId,
    number: u64,
    is_open: bool,
}

impl Waiting {
    /// Somebody waits for an operation that is on its way to the order.
    pub(super) fn wait_for(self: &Arc<Self>, id: OperationId) -> (Waiter, Reply) {
        let (sender, told) = oneshot::channel();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().wait_for(id, number, sender);
        let reply = Reply { waiting: self.clone(), id, number, is_open: true };
        (Waiter { waiting: self.clone(), id, number, told }, reply)
    }

    /// Notes that a call is under way.
    pub(super) fn enter(&self) -> UnderWay<'_> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    /// Whether a call is under way.
    pub(super) fn is_wanted(&self) -> bool {
        self.calls.load(Ordering::Relaxed) > 0
    }

    /// Tells everybody who waits for one of these, which are committed, what was decided.
    pub(super) fn decided(&self, committed: &[Folded]) {
        let told = self.lock().decided(committed);
        for (waiter, recorded) in told {
            // One who has left does not listen any more.
            let _ = waiter.send(Told::Decided(recorded));
        }
    }

    /// Tells those for whose operations the line has come, and has not decided them here.
    pub(super) fn passed(&self, at: Position, mode: Mode) {
        let passed = self.lock().passed(at, mode);
        for (waiter, heard) in passed {
            let _ = waiter.send(Told::Heard(heard));
        }
    }

    fn lock(&self) -> MutexGuard<'_, domain::Waiting<oneshot::Sender<Told>>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Waiter {
    /// What there is to tell: nothing of an operation that was placed, before it is committed or the line has passed.
    pub(super) async fn told(&mut self) -> Told {
        (&mut self.told).await.unwrap_or(Told::Heard(Heard::Nothing))
    }

    /// Waits no more for an operation that was placed: gives what the order said.
    pub(super) fn give_up(&self) -> Option<Heard> {
        let mut waiters = self.waiting.lock();
        let heard = waiters.placed_as(self.id, self.number)?;
        waiters.leave(self.id, self.number);
        Some(heard)
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.waiting.lock().leave(self.id, self.number);
    }
}

impl Reply {
    /// Says what the order said. Whoever is placed goes on waiting, unless the line has passed there already.
    pub(super) fn hear(mut self, heard: Heard, has_passed: impl FnOnce(Position) -> bool) {
        self.is_open = false;
        if let Some(at) = heard.position() {
            self.waiting.lock().placed(self.id, self.number, heard);
            // Asked only now: whoever moves the line tells those who are placed by then.
            if !has_passed(at) {
                return;
            }
        }
        self.tell(heard);
    }

    fn tell(&self, heard: Heard) {
        let waiter = self.waiting.lock().leave(self.id, self.number);
        if let Some(waiter) = waiter {
            let _ = waiter.send(Told::Heard(heard));
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if self.is_open {
            self.tell(Heard::Nothing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Epoch;

    const AT: Position = Position { epoch: Epoch::FIRST, seq: crate::domain::Sequence::START };

    async fn heard(waiter: &mut Waiter) -> Heard {
        match waiter.told().await {
            Told::Heard(heard) => heard,
            Told::Decided(recorded) => panic!("{recorded:?} was decided"),
        }
    }

    #[tokio::test]
    async fn who_is_placed_behind_the_line_is_told_at_once() {
        let waiting = Arc::new(Waiting::default());
        let (mut waiter, reply) = waiting.wait_for(OperationId::new());
        reply.hear(Heard::Placed(AT), |_| true);
        assert_eq!(heard(&mut waiter).await, Heard::Placed(AT));
    }

    #[tokio::test]
    async fn who_is_placed_ahead_of_the_line_waits_until_it_passes() {
        let waiting = Arc::new(Waiting::default());
        let (mut waiter, reply) = waiting.wait_for(OperationId::new());
        reply.hear(Heard::Placed(AT), |_| false);
        assert!(waiter.told.try_recv().is_err(), "nothing is told yet");
        waiting.passed(AT, Mode::Log);
        assert_eq!(heard(&mut waiter).await, Heard::Placed(AT));
    }

    #[tokio::test]
    async fn a_reply_that_is_dropped_is_no_answer() {
        let waiting = Arc::new(Waiting::default());
        let (mut waiter, reply) = waiting.wait_for(OperationId::new());
        assert_eq!(waiter.give_up(), None, "it may still be on its way");
        drop(reply);
        assert_eq!(heard(&mut waiter).await, Heard::Nothing);
    }

    #[test]
    fn a_call_is_wanted_until_it_ends() {
        let waiting = Waiting::default();
        let under_way = waiting.enter();
        assert!(waiting.is_wanted());
        drop(under_way);
        assert!(!waiting.is_wanted());
    }
}
