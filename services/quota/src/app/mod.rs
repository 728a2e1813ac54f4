//! What quota does, one verb in each file.

mod add_pool;
mod ask;
mod beside_line;
mod check_receipt;
mod checkpoint_line;
mod confirm;
mod create_line;
mod desk;
mod desks;
mod end;
mod export_line;
mod get_line;
mod get_place;
mod get_pool;
mod list_checkpoints;
mod list_waiting;
mod measures;
mod move_place;
mod ordered_only;
mod proof;
mod read;
mod recover_line;
mod release;
mod reserve;
mod set_capacity;
mod set_windows;
mod timetable;
mod verify_line;
mod waiting;
mod watch_pools;

use std::sync::Arc;
use std::time::Duration;

use audit::Keys;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::error::Error;
use crate::store::order::OrderStore;

// What verbs answer with; doors know verbs only.
pub use check_receipt::{CheckError, CheckReceipt, CheckedReceipt, check_receipt};
pub use create_line::CreateLine;
pub use desk::{Desk, LOG_TRUSTED_FOR, Ticket, View};
pub use desks::Desks;
pub use export_line::{ExportError, export};
pub use get_line::LineState;
pub use get_place::{GetPlace, SignedPlace};
pub use list_checkpoints::{CheckpointPage, ListCheckpoints};
pub use list_waiting::{ListWaiting, WaitingPage};
pub use measures::Measures;
pub use move_place::MovePlace;
pub use ordered_only::is_ordered_only;
pub use proof::Signed;
pub use recover_line::RecoverLine;
pub use reserve::Receipt;
pub use set_windows::SetWindows;
pub use timetable::Timetable;
pub use verify_line::{Verdict, verify};
pub use waiting::Reply;
pub use watch_pools::{PoolsNow, Watched};

/// All that a verb needs.
#[derive(Debug, Clone)]
pub struct App {
    /// The journal.
    pub database: PgPool,
    /// The order.
    pub order: Arc<OrderStore>,
    /// This replica's side of each line.
    pub desks: Arc<Desks>,
    /// The keys that sign receipts and checkpoints.
    pub keys: Keys,
    /// What is measured of the lines.
    pub measures: Measures,
    /// One verification at a time.
    pub verifications: Arc<Semaphore>,
    /// Business time.
    pub clock: runtime::Clock,
    /// How long a sender is kept waiting for a decision.
    pub answer_within: Duration,
}

impl App {
    /// How long a line is waited for, in the call that is under way.
    fn patience(&self) -> Duration {
        runtime::deadline::remaining().unwrap_or(self.answer_within).min(self.answer_within)
    }
}

/// Does what is seldom, in a task of its own: whoever waits for it may be dropped, and a connection must not be left in the middle
/// of a statement. A call that needs none of it has no such task, and its future no room for one: it begins before anybody waits.
fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> impl Future<Output = Result<T, Error>> {
    let task = tokio::spawn(work.in_current_span());
    async { task.await? }
}
