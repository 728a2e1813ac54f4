//! The law of the line: who comes first, who sits, who waits, and what to do when the two stores disagree.
//!
//! Everything here is a function of what was read: no clock, no store, no waiting. The drivers in `jobs/` and `app/`
//! read, ask one of these functions, and carry out its answer.

mod agenda;
mod batch;
mod chain;
mod combine;
mod combiner;
mod decide;
mod decision;
mod direct;
mod entry;
mod evidence;
mod floor;
mod handle;
mod happening;
mod index;
mod line;
mod mutant;
mod operation;
mod ordered;
mod parcel;
mod place;
mod pool;
mod position;
mod proof;
mod queue;
mod recover;
mod rounds;
mod said;
mod seats;
mod verify;
mod waiting;

#[cfg(test)]
mod model;

pub use agenda::{Agenda, Moment};
pub use batch::{Batch, Folded, Rows};
pub use chain::{Digest, Link};
pub use combine::{Head, Memory, Order, Row, Seen, Step, next_step};
pub use combiner::{Change, Combiner, Command, Event, Notice, Pending, Wanted, Why};
pub use decide::decide;
pub use decision::{Decision, Effect, Outcome, Promotion, Refused};
pub use direct::{Queued, order_queue};
pub use entry::Entry;
pub use evidence::{ChainLink, Doubt, Inspected, Inspection};
pub use floor::{Floor, Server, Shown};
pub use handle::{Answer, Handler, Heard, Looked, Next, Recorded};
pub use happening::Happening;
pub use line::{Line, Mark, count};
#[cfg(feature = "mutants")]
pub use mutant::Mutant;
pub use operation::{Kind, MAX_UNIONS, Operation, ReleaseReason, Request, Reservation, body_hash};
pub use ordered::{Ordered, Tail};
pub use parcel::{Appended, Parcel};
pub use place::{Place, PlaceIndex, PlaceNow, PlaceState, PlacedIn, Stand, Standing, WaitingNow};
pub use pool::{Pool, PoolIndex, PoolNow};
pub use position::{Epoch, Mode, Position, Sequence};
pub use proof::{CheckpointText, Given, ReceiptText, Stood};
pub use queue::Queue;
pub use recover::{Asked, Evidence, HaltCause, Remedy, remedy};
pub use rounds::{DatabaseTime, Round, RoundState, WindowRefused, doubt, due, replace};
pub use said::Said;
pub use seats::{MAX_SEATS, Seats};
pub use verify::{
    BarredRow, Finding, PlaceRow, PoolRow, Sits, Turns, Verification, Verified, Waits, Written,
};
pub use waiting::{Patience, Waiting};
