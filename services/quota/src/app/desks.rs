//! All lines at this replica. A desk is opened when its line is first asked for, or when the job that looks for lines
//! finds it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use refusal::{Reason, Refusal};
use sqlx::PgPool;
use tokio::sync::Notify;
use vocabulary::ProgrammeId;

use super::{Desk, to_the_end};
use crate::domain::Agenda;
use crate::error::Error;
use crate::store::journal;

/// The most lines: a programme is a year. `CreateLine` refuses a further one.
pub(super) const MAX_LINES: usize = 64;
/// Lines that are made at the same moment do not see each other; each is served all the same.
const MAX_DESKS: usize = MAX_LINES + 16;

/// The desks of this replica.
#[derive(Debug)]
pub struct Desks {
    database: PgPool,
    /// How many operations may queue at one desk.
    room: usize,
    /// For how long Redis is silent before a line goes on without it.
    direct_after: Duration,
    /// For how long Redis answers again before a line returns to it.
    return_after: Duration,
    open: Mutex<Open>,
    opened: Notify,
}

#[derive(Debug, Default)]
struct Open {
    desks: HashMap<ProgrammeId, Arc<Desk>>,
    /// Those that no job serves yet.
    unserved: Vec<Arc<Desk>>,
}

impl Desks {
    /// No desks yet.
    pub fn new(database: PgPool, room: usize, direct_after: Duration, return_after: Duration) -> Self {
        let (open, opened) = (Mutex::default(), Notify::new());
        Self { database, room, direct_after, return_after, open, opened }
    }

    /// The desk of a line; not found where there is no line.
    pub async fn desk(self: &Arc<Self>, programme: &ProgrammeId) -> Result<Arc<Desk>, Error> {
        if let Some(desk) = self.lock().desks.get(programme) {
            return Ok(desk.clone());
        }
        to_the_end(self.clone().open(programme.clone())).await
    }

    async fn open(self: Arc<Self>, programme: ProgrammeId) -> Result<Arc<Desk>, Error> {
        let mut db = self.database.acquire().await?;
        let committed = journal::committed(&mut db, &programme).await?;
        let row = committed.ok_or_else(|| Refusal::new(Reason::NotFound))?.row;

        let mut open = self.lock();
        if let Some(desk) = open.desks.get(&programme) {
            return Ok(desk.clone());
        }
        if open.desks.len() == MAX_DESKS {
            return Err(Refusal::new(Reason::Overloaded).into());
        }
        let agenda = Agenda::new(self.direct_after, self.return_after);
        let desk = Arc::new(Desk::new(programme.clone(), &row, self.room, agenda));
        open.desks.insert(programme, desk.clone());
        open.unserved.push(desk.clone());
        self.opened.notify_one();
        Ok(desk)
    }

    /// Whether somebody wants a decision at any of them.
    pub fn are_wanted(&self) -> bool {
        self.lock().desks.values().any(|desk| desk.is_wanted())
    }

    /// Returns when a desk was opened.
    pub async fn opened(&self) {
        self.opened.notified().await;
    }

    /// The desks that no job serves yet; from now on the caller sees to it.
    pub fn take_unserved(&self) -> Vec<Arc<Desk>> {
        std::mem::take(&mut self.lock().unserved)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
