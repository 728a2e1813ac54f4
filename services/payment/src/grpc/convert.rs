//! Between the wire's words and ours.

mod answers;
mod requests;

pub use answers::{batches, entries, grants, trial_balance};
pub use requests::{
    approve_batch, get_fund, import_statement, list_batches, list_entries, list_grants, maybe_one, one,
    prepare_batch, refuse_batch, set_aside, submit_batch,
};
