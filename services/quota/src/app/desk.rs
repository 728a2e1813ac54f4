//! This replica's side of a line: where operations queue, who waits for an answer, and what it knows to be committed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Notify, mpsc, oneshot, watch};
use vocabulary::{OperationId, ProgrammeId};

use super::Watched;
use super::said::Said;
use super::waiting::{Waiter, Waiting};
use crate::domain::{
    Entry, Epoch, Evidence, Floor, Folded, Head, Heard, Mode, Order, Ordered, Position, Row, Sequence,
    Server, Shown, Stood,
};

/// An operation on its way to Redis.
#[derive(Debug)]
pub struct Ticket {
    /// The operation.
    pub operation: Ordered,
    /// Where to say what Redis said.
    pub reply: oneshot::Sender<Heard>,
}

/// What this replica knows of a line, from committed rows only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Where the line stands.
    pub at: Position,
    /// How it takes its order.
    pub mode: Mode,
    /// How often this replica looked for trouble: whoever reported some waits for the next time.
    pub checks: u64,
}

/// One line at this replica.
#[derive(Debug)]
pub struct Desk {
    programme: ProgrammeId,
    tickets: mpsc::Sender<Ticket>,
    /// Here, not with the job that serves it: what queues outlives a job that failed.
    queue: tokio::sync::Mutex<mpsc::Receiver<Ticket>>,
    waiting: Waiting,
    view: watch::Sender<View>,
    combine: Notify,
    suspicion: Mutex<Option<(Epoch, Evidence)>>,
    /// Redis is back, and the line is to return to it.
    returns: AtomicBool,
    /// Another PostgreSQL server answers: the combiner is to look at the row.
    looks: AtomicBool,
    floor: Mutex<Floor>,
    /// Where this replica's own fold stood when it was last known to be committed.
    stood: Mutex<Option<Stood>>,
    said: Mutex<Said>,
    /// What those who watch the pools see.
    pools: watch::Sender<Watched>,
}

impl Desk {
    /// A desk for a line that stands here, with room for so many operations.
    pub(super) fn new(programme: ProgrammeId, row: &Row, room: usize) -> Self {
        let (tickets, queue) = mpsc::channel(room);
        let view = View { at: row.at, mode: row.mode, checks: 0 };
        Self {
            programme,
            tickets,
            queue: tokio::sync::Mutex::new(queue),
            waiting: Waiting::default(),
            view: watch::Sender::new(view),
            combine: Notify::new(),
            suspicion: Mutex::default(),
            returns: AtomicBool::new(false),
            looks: AtomicBool::new(false),
            floor: Mutex::default(),
            stood: Mutex::default(),
            said: Mutex::default(),
            pools: watch::Sender::new(Watched::Unread),
        }
    }

    /// The programme whose line it is.
    pub fn programme(&self) -> &ProgrammeId {
        &self.programme
    }

    /// What is known to be committed.
    pub fn view(&self) -> View {
        *self.view.borrow()
    }

    /// Queues an operation for Redis and waits for what Redis says; none where the queue is full.
    pub(super) async fn append(&self, operation: Ordered) -> Option<Heard> {
        let (reply, heard) = oneshot::channel();
        self.tickets.try_send(Ticket { operation, reply }).ok()?;
        if self.view().mode == Mode::Direct {
            self.combine_soon();
        }
        Some(heard.await.unwrap_or(Heard::Nothing))
    }

    pub(super) fn wait_for(&self, id: OperationId) -> Waiter<'_> {
        self.waiting.wait_for(id)
    }

    /// Returns when the line has come to a position, or its epoch or mode is another.
    pub(super) async fn has_come_to(&self, at: Position) {
        let come = |view: &View| view.at >= at || view.mode == Mode::Halted;
        // The desk holds the sending end itself, so it does not go away.
        let _ = self.view.subscribe().wait_for(come).await;
    }

    /// Reports trouble in an epoch, and returns when it was looked at.
    pub(super) async fn report(&self, epoch: Epoch, evidence: Evidence) {
        let mut view = self.view.subscribe();
        let before = view.borrow_and_update().checks;
        *self.suspicion.lock().unwrap_or_else(PoisonError::into_inner) = Some((epoch, evidence));
        self.combine.notify_one();
        let _ = view.wait_for(|view| view.checks > before || view.at.epoch > epoch).await;
    }
}

/// Watching the pools.
impl Desk {
    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.pools.receiver_count()
    }

    pub(super) fn watch(&self) -> watch::Receiver<Watched> {
        self.pools.subscribe()
    }

    /// Shows this to all who watch.
    pub fn show(&self, watched: Watched) {
        self.pools.send_replace(watched);
    }
}

/// What the jobs of the line do with it.
impl Desk {
    /// Takes what has queued up, at most so much, and waits until there is something.
    pub async fn take(&self, most: usize) -> Vec<Ticket> {
        let mut tickets = Vec::new();
        self.queue.lock().await.recv_many(&mut tickets, most).await;
        tickets
    }

    /// Redis has appended these at the end that it named.
    pub fn appended(&self, epoch: Epoch, before: Head, entries: Vec<Entry>) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).appended(epoch, before, entries);
    }

    /// Redis may have lost what it said.
    pub fn forget_said(&self) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Said::default();
    }

    /// The log after a sequence, as far as Redis has just said it to this replica.
    pub fn just_said(&self, epoch: Epoch, after: Sequence, limit: usize) -> Option<Order> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).read(epoch, after, limit)
    }

    /// Has the combiner look at the log soon.
    pub fn combine_soon(&self) {
        self.combine.notify_one();
    }

    /// Returns when somebody wants the combiner to look at the log.
    pub async fn combine_wanted(&self) {
        self.combine.notified().await;
    }

    /// Takes the trouble that was reported.
    pub fn take_suspicion(&self) -> Option<(Epoch, Evidence)> {
        self.suspicion.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Takes what has queued up, at most so much, without waiting.
    pub fn take_queued(&self, most: usize) -> Vec<Ticket> {
        // While the other job still waits for its next, there is none.
        let Ok(mut queue) = self.queue.try_lock() else { return Vec::new() };
        std::iter::from_fn(|| queue.try_recv().ok()).take(most).collect()
    }

    /// Whether somebody waits for a decision.
    pub fn is_wanted(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Redis is back: the combiner is to return to it.
    pub fn want_return(&self) {
        self.returns.store(true, Ordering::Relaxed);
        self.combine.notify_one();
    }

    /// Takes the wish to look at the row.
    pub fn take_look(&self) -> bool {
        self.looks.swap(false, Ordering::Relaxed)
    }

    /// Takes the wish to return.
    pub fn take_return(&self) -> bool {
        self.returns.swap(false, Ordering::Relaxed)
    }

    /// Tells those who wait for operations that they are committed.
    pub fn tell(&self, committed: &[Folded]) {
        self.waiting.tell(committed);
    }

    /// Tells all who wait for the line to move where it stands now.
    pub fn publish(&self, row: &Row) {
        self.view.send_if_modified(|view| {
            let before = *view;
            (view.at, view.mode) = (row.at, row.mode);
            *view != before
        });
    }

    /// Notes where this replica's own fold stands.
    pub fn stands(&self, stood: Option<Stood>) {
        *self.stood.lock().unwrap_or_else(PoisonError::into_inner) = stood;
    }

    /// Where this replica's own fold stood a moment ago, if it has one.
    pub(super) fn stood(&self) -> Option<Stood> {
        *self.stood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who reported trouble that it was looked at.
    pub fn publish_check(&self) {
        self.view.send_modify(|view| view.checks += 1);
    }

    /// Whether a server was compared with Redis since it began, and a row of it shows all that it must.
    pub fn judge(&self, server: Server, at: Position) -> Shown {
        self.floor.lock().unwrap_or_else(PoisonError::into_inner).judge(server, at)
    }

    /// Redis was asked where the line stands: a server that shows less was set back.
    pub(super) fn compared(&self, server: Server, redis: Option<Position>) {
        let known = self.view().at;
        self.floor.lock().unwrap_or_else(PoisonError::into_inner).compared(server, redis, known);
        self.looks.store(true, Ordering::Relaxed);
        self.combine.notify_one();
    }
}
