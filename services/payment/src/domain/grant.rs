//! A fund, and the grants that draw on it.

use chrono::{DateTime, Utc};
use vocabulary::{
    ApplicationId, EnrollmentId, Fen, GrantId, PoolId, ProgrammeId, UnionId, UnionPath, WorkerId,
};

use super::Instalment;

/// What a union has set aside for its pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The pool.
    pub pool_id: PoolId,
    /// The union that funds it.
    pub union_id: UnionId,
    /// That union's place in the tree.
    pub union_path: UnionPath,
    /// Set aside in all.
    pub set_aside: Fen,
    /// Of that, promised to open grants.
    pub granted: Fen,
    /// Of what is promised, paid.
    pub paid: Fen,
}

impl Fund {
    /// What no grant has been promised yet.
    pub fn available(&self) -> Fen {
        self.set_aside.checked_sub(self.granted).unwrap_or(Fen::ZERO)
    }
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// The fund has not enough left.
    WaitingForFund,
    /// Falls due with tuition.
    Open,
    /// Paid in full.
    Completed,
}

/// An approved application's right to one pool's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The grant.
    pub id: GrantId,
    /// The application.
    pub application_id: ApplicationId,
    /// The number people know it by.
    pub application_number: String,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The pool.
    pub pool_id: PoolId,
    /// The funding union's place in the tree.
    pub union_path: UnionPath,
    /// How deep the pool's scope lies in the tree.
    pub pool_depth: i32,
    /// Whose tuition it follows.
    pub enrollment_id: EnrollmentId,
    /// Whose it is.
    pub worker_id: WorkerId,
    /// The pool's promise.
    pub amount: Fen,
    /// The whole tuition as the application says it.
    pub tuition: Fen,
    /// The promise after the cut to the tuition.
    pub payable: Fen,
    /// What has become due.
    pub released: Fen,
    /// What is paid.
    pub paid: Fen,
    /// Where it stands.
    pub state: GrantState,
    /// When the application was approved.
    pub created_at: DateTime<Utc>,
    /// Oldest first; where they were asked for.
    pub instalments: Vec<Instalment>,
}
