//! What payment does, one verb a file.

mod approve_batch;
mod get_batch;
mod get_fund;
mod get_grant;
mod get_reconciliation;
mod get_trial_balance;
mod import_statement;
mod list_batches;
mod list_entries;
mod list_funds;
mod list_grants;
mod note_tuition;
mod open_grant;
mod open_waiting;
mod pay;
mod prepare_batch;
mod refuse_batch;
mod release_instalment;
mod set_aside;
mod settle;
mod submit_batch;

use chrono::{DateTime, Utc};
use runtime::Clock;
use sealing::Keyring;
use sqlx::PgPool;

use crate::clients::{Bank, Subsidy, Wallet};

pub use approve_batch::ApproveBatch;
pub use import_statement::ImportStatement;
pub use list_batches::ListBatches;
pub use list_entries::ListEntries;
pub use list_grants::ListGrants;
pub use prepare_batch::PrepareBatch;
pub use refuse_batch::RefuseBatch;
pub use set_aside::SetAside;
pub use submit_batch::SubmitBatch;

/// Everything a verb needs.
#[derive(Clone)]
pub struct App {
    /// Payment's own database.
    pub database: PgPool,
    /// Business time.
    pub clock: Clock,
    /// subsidy, which knows payees and who funds which pool.
    pub subsidy: Subsidy,
    /// The bank.
    pub bank: Bank,
    /// The wallet.
    pub wallet: Wallet,
    /// Seals payees for as long as they are kept.
    pub keyring: Keyring,
}

/// A page of a list.
#[derive(Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether there is another.
    pub more: bool,
}

impl<T> Page<T> {
    /// Of one more item than was asked for, which tells whether there is a next page.
    fn of(mut items: Vec<T>, limit: u16) -> Self {
        let more = items.len() > usize::from(limit);
        items.truncate(limit.into());
        Self { items, more }
    }
}

/// What payment notes of itself in the trail.
fn own_entry(now: DateTime<Utc>, action: audit::Action, subject: audit::Subject) -> audit::Entry {
    audit::Entry::new(now, audit::Actor::Service("payment".to_owned()), action, subject)
}
