//! This replica's side of a line: where operations queue, who waits for an answer, and what it knows to be committed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{AcquireError, Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time;
use vocabulary::ProgrammeId;

use super::waiting::{Reply, Told, UnderWay, Waiting};
use super::{Watched, is_ordered_only};
use crate::domain::{
    Agenda, Epoch, Evidence, Floor, Folded, Heard, Mode, Moment, Ordered, Patience, Position, Row, Said,
    Server, Shown, Stood,
};

/// The log is read this often, and not only what Redis has just said to this replica: another one may have died with it.
pub const LOG_TRUSTED_FOR: Duration = Duration::from_secs(1);

/// How long whoever waits for the decision of an operation that was placed waits at a time before looking for oneself.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// So many look at a time. All who wait may want to in the same moment, and the line needs connections to move.
const LOOKS: usize = 4;

/// An operation on its way to Redis.
#[derive(Debug)]
pub struct Ticket {
    /// The operation.
    pub operation: Ordered,
    /// Where to say what Redis said.
    pub reply: Reply,
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
    waiting: Arc<Waiting>,
    looks: Arc<Semaphore>,
    view: watch::Sender<View>,
    combine: Notify,
    agenda: Mutex<Agenda>,
    floor: Mutex<Floor>,
    /// Where this replica's own fold stood when it was last known to be committed.
    stood: Mutex<Option<Stood>>,
    said: Mutex<Said>,
    /// What its moments are counted from.
    began: Instant,
    /// What those who watch the pools see.
    pools: watch::Sender<Watched>,
}

impl Desk {
    /// A desk for a line that stands here, with room for so many operations.
    pub(super) fn new(programme: ProgrammeId, row: &Row, room: usize, agenda: Agenda) -> Self {
        let (tickets, queue) = mpsc::channel(room);
        let view = View { at: row.at, mode: row.mode, checks: 0 };
        Self {
            programme,
            tickets,
            queue: tokio::sync::Mutex::new(queue),
            waiting: Arc::default(),
            looks: Arc::new(Semaphore::new(LOOKS)),
            view: watch::Sender::new(view),
            combine: Notify::new(),
            agenda: Mutex::new(agenda),
            floor: Mutex::default(),
            stood: Mutex::default(),
            said: Mutex::new(Said::new(LOG_TRUSTED_FOR)),
            began: Instant::now(),
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

    /// Notes that somebody wants a decision here, for as long as what this gives is kept.
    pub(super) fn enter(&self) -> UnderWay<'_> {
        self.waiting.enter()
    }

    /// Queues an operation for Redis, and waits for the decision or for what Redis said; none where the queue is full.
    pub(super) async fn append(&self, operation: Ordered) -> Option<Told> {
        let (mut waiter, reply) = self.waiting.wait_for(operation.id);
        self.tickets.try_send(Ticket { operation, reply }).ok()?;
        if self.view().mode == Mode::Direct {
            self.combine_soon();
        }
        let mut patience = Patience::from(self.view().at);
        loop {
            tokio::select! {
                biased;
                told = waiter.told() => return Some(told),
                () = time::sleep(LOOK_AFTER) => if patience.is_over(self.view().at)
                    && self.looks.available_permits() > 0
                    && let Some(heard) = waiter.give_up()
                {
                    return Some(Told::Heard(heard));
                },
            }
        }
    }

    /// Waits until one may look into PostgreSQL for an operation, for as long as what this gives is kept.
    pub(super) async fn may_look(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.looks.clone().acquire_owned().await
    }

    /// Reports trouble in an epoch, and returns when it was looked at.
    pub(super) async fn report(&self, epoch: Epoch, evidence: Evidence) {
        let mut view = self.view.subscribe();
        let before = view.borrow_and_update().checks;
        self.agenda().suspect(epoch, evidence);
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

    /// What Redis has just said to this replica.
    pub fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is wanted of the combiner.
    pub fn agenda(&self) -> MutexGuard<'_, Agenda> {
        self.agenda.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What time it is, for both.
    pub fn now(&self) -> Moment {
        self.began.elapsed()
    }

    /// Has the combiner look at the log soon.
    pub fn combine_soon(&self) {
        self.combine.notify_one();
    }

    /// Returns when somebody wants the combiner to look at the log.
    pub async fn combine_wanted(&self) {
        self.combine.notified().await;
    }

    /// Takes what has queued up, at most so much, without waiting.
    pub fn take_queued(&self, most: usize) -> Vec<Ticket> {
        // While the other job still waits for its next, there is none.
        let Ok(mut queue) = self.queue.try_lock() else { return Vec::new() };
        std::iter::from_fn(|| queue.try_recv().ok()).take(most).collect()
    }

    /// Returns when the line is not in a mode any more.
    pub async fn leaves(&self, mode: Mode) {
        // The sender is the desk's own.
        let _ = self.view.subscribe().wait_for(|view| view.mode != mode).await;
    }

    /// Whether somebody wants a decision.
    pub fn is_wanted(&self) -> bool {
        self.waiting.is_wanted()
    }

    /// Says what the order said of an operation.
    pub fn hear(&self, reply: Reply, heard: Heard) {
        reply.hear(heard, |at| {
            let view = self.view();
            view.at >= at || view.mode == Mode::Halted || is_ordered_only()
        });
    }

    /// Tells those who wait for operations that they are committed.
    pub fn tell(&self, committed: &[Folded]) {
        self.waiting.decided(committed);
    }

    /// Tells all who wait for the line to move where it stands now.
    pub fn publish(&self, row: &Row) {
        let moved = self.view.send_if_modified(|view| {
            let before = *view;
            (view.at, view.mode) = (row.at, row.mode);
            *view != before
        });
        if moved {
            self.waiting.passed(row.at, row.mode);
        }
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

    /// The row is in a later epoch than is known here. Where Redis does not know it either, a replica that nobody calls would not
    /// hear of it.
    pub(super) fn noticed(&self, at: Position) {
        if at.epoch > self.view().at.epoch {
            self.look_soon();
        }
    }

    /// Has the combiner look at the row soon.
    pub(super) fn look_soon(&self) {
        self.agenda().look();
        self.combine.notify_one();
    }

    /// Redis was asked where the line stands: a server that shows less was set back.
    pub(super) fn compared(&self, server: Server, redis: Option<Position>) {
        let known = self.view().at;
        self.floor.lock().unwrap_or_else(PoisonError::into_inner).compared(server, redis, known);
        self.look_soon();
    }
}
