//! PostgreSQL's side of a line: the row that is the lock, the journal, and the tables that follow from it.

mod lines;
mod lock;
mod look;
mod operations;
pub(super) mod rows;
mod write;

pub use lines::{Created, create, programmes, read_clock, replace_rounds, rounds};
pub use lock::{begin_epoch, halt, lock, recent_recoveries};
pub use look::{Committed, committed, look};
pub use operations::{after, known};
pub use write::write;
