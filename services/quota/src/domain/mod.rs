//! The law of the line: who comes first, who sits, who waits, and what to do when the two stores disagree.
//!
//! Everything here is a function of what was read: no clock, no store, no waiting. The drivers in `jobs/` and `app/`
//! read, ask one of these functions, and carry out its answer.

mod batch;
mod chain;
mod combine;
mod decide;
mod decision;
mod entry;
mod handle;
mod line;
mod operation;
mod place;
mod pool;
mod position;
mod recover;
mod rounds;
mod seats;

#[cfg(test)]
mod model;

pub use batch::{Batch, Folded};
pub use chain::{Digest, Link};
pub use combine::{Head, Memory, Order, Row, Seen, Step, next_step};
pub use decide::decide;
pub use decision::{Decision, Effect, Outcome, Promotion, Refused};
pub use entry::Entry;
pub use handle::{Answer, Handler, Heard, Looked, Next, Recorded};
pub use line::{Line, count};
pub use operation::{Kind, MAX_UNIONS, Operation, ReleaseReason, Request, Reservation, body_hash};
pub use place::{Place, PlaceNow, PlaceState, PlacedIn, Stand, Standing, Taken, WaitingNow};
pub use pool::{Pool, PoolIndex, PoolNow};
pub use position::{Epoch, Mode, Position, Sequence};
pub use recover::{Asked, Evidence, HaltCause, Remedy, remedy};
pub use rounds::{DatabaseTime, Round, RoundState, WindowRefused, due, replace};
pub use seats::{MAX_SEATS, Seats};
