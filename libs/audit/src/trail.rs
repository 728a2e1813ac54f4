//! One service's trail: where it is, whose it is, and whose signatures count on it.

use sqlx::PgPool;

use crate::Keys;

/// The audit trail of one service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Trail {
    pub(crate) pool: PgPool,
    pub(crate) service: &'static str,
    pub(crate) keys: Keys,
}

impl Trail {
    /// The trail in a database, of the service of that name: a row or checkpoint of another service's trail does not
    /// count here.
    pub fn new(pool: PgPool, service: &'static str, keys: Keys) -> Self {
        Self { pool, service, keys }
    }
}
