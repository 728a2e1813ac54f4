//! PostgreSQL's side of a line: the row that is the lock, the journal, and the tables that follow from it.

mod columns;
mod lines;
mod lock;
mod look;
mod operations;
pub(super) mod rows;
mod write;

pub use lines::{Created, create, programmes, read_clock, replace_rounds, rounds};
pub use lock::{BEGIN, change, lock, recent_recoveries, resume};
pub use look::{Committed, SNAPSHOT, committed, look, vouch_for};
pub use operations::{after, known, known_of};
pub use write::{write, write_arrivals};
