//! Reads a worker.

use audit::{Action, Entry, Subject};
use auth::Caller;
use vocabulary::WorkerId;

use super::{App, Person, people};
use crate::error::Error;
use crate::store;

const LOOKED_AT: Action = Action::new("WORKER_LOOKED_AT");

impl App {
    /// A worker within the caller's scope. A look at everything is recorded.
    pub async fn get_worker(self, caller: Caller, id: WorkerId, in_full: bool) -> Result<Person, Error> {
        let mut tx = self.database.begin().await?;
        let row = store::worker::get(&mut tx, &caller.scope()?, id).await?.ok_or_else(Error::not_found)?;
        if in_full {
            let entry = Entry::new(self.clock.now(), &caller, LOOKED_AT, Subject::new("worker", id));
            audit::record(&mut tx, &entry).await?;
        }
        tx.commit().await?;
        people::open(&self.keyring, &row)
    }
}
