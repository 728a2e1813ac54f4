//! The money in PostgreSQL, one table family a file.

pub mod batch;
pub mod fund;
pub mod grant;
pub mod instalment;
pub mod instruction;
pub mod ledger;
mod names;
pub mod reconciliation;
pub mod tuition;
