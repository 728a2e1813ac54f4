//! The ids that a caller chooses.

use uuid::Uuid;

/// A request id never used before.
pub fn request_id() -> String {
    Uuid::now_v7().to_string()
}
