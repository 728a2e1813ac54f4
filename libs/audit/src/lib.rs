//! The audit trail of a service: every action is written down in the transaction that does it, and nobody, not even who
//! owns the database, can change what was written without its showing.
//!
//! [`record`] inserts an [`Entry`] unchained, so that no two transactions wait for one another. [`keep`] is the job that
//! gives each row its place in a chain of SHA-256 hashes and signs checkpoints of the chain's end, which are logged, too.
//! [`Trail::verify`] computes everything again. What the chain shows: a changed, deleted, inserted, exchanged or cut-off
//! row. What only a checkpoint shows: a chain that was computed anew. What only a copy of a checkpoint elsewhere shows: a
//! database set back, or forged together with its checkpoints. What nothing shows: a row that was deleted within the
//! second before it was chained, by somebody who can switch triggers off.
//!
//! [`door`] is the gRPC service through which supervisors read and verify the trail; it is the same for every service.

mod chain;
mod checkpoint;
mod config;
mod convert;
mod detail;
mod door;
mod entry;
mod error;
mod job;
mod keys;
mod list;
mod record;
mod report;
mod row;
mod trail;
mod verify;
mod walk;

pub use chain::Chained;
pub use config::AuditConfig;
pub use detail::{Detail, Fact};
pub use door::{Door, door};
pub use entry::{Action, Actor, Entry, Subject};
pub use error::TrailError;
pub use job::keep;
pub use keys::{InvalidKeys, Keys, PublicKeys};
pub use record::record;
pub use report::{Break, Finding, Report};
pub use row::{Hash, Link};
pub use trail::Trail;
