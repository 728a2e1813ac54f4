//! The law of money: pure, and to the fen.

mod batch;
mod cut;
mod grant;
mod instalment;
mod instruction;
mod ledger;
mod reconcile;

pub use batch::{Batch, BatchState, Clerk};
pub use cut::{Claim, cut};
pub use grant::{Fund, Grant, GrantState};
pub use instalment::{Instalment, InstalmentState, Progress, due};
pub use instruction::{Answer, Instruction, InstructionState, Outcome, Payee, PaymentChannel, next_pause};
pub use ledger::{Entry, EntryKind, Line, Posted};
pub use reconcile::{Booked, Discrepancy, DiscrepancyKind, Reconciliation, reconcile};
