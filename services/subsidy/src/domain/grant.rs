//! Grants: an approved application's right to a pool's money.

use vocabulary::{Fen, GrantId, PoolId};

use super::application::Application;
use super::programme::Pool;

/// A grant, as subsidy makes it; payment opens and pays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// The pool whose money it is.
    pub pool: PoolId,
    /// How much, before any cut to the tuition.
    pub amount: Fen,
}

/// a grant exists when the Culture Centre has approved and a seat is held; one for an application and a pool.
pub fn granted(application: &Application, seated_in: &Pool, granted_before: &[PoolId]) -> Option<Grant> {
    let due = application.is_approved() && !granted_before.contains(&seated_in.id);
    due.then(|| Grant { id: GrantId::new(), pool: seated_in.id.clone(), amount: seated_in.amount })
}
