//! The place in line as quota gave it: the worker's receipt.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use vocabulary::PoolId;

/// The proof of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Counts accepted submissions of the programme from 1; never changes.
    pub arrival_number: i64,
    /// The operation of the line that gave it.
    pub sequence: i64,
    /// The line's chain at that operation, in hexadecimal.
    pub chain: String,
    /// How the application stood in each pool then, widest scope first.
    pub standings: Vec<Standing>,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
}

/// A standing in one pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The pool.
    pub pool: PoolId,
    /// The seat, from 1; 0 while waiting.
    pub seat_number: i64,
    /// The position on the waiting list, from 1; 0 with a seat.
    pub waiting_position: i64,
}

impl Standing {
    /// Whether a seat is held.
    pub const fn is_seated(&self) -> bool {
        self.seat_number > 0
    }
}
