//! What review does, one verb a file.

mod correct_case;
mod decide_step;
mod end_case;
mod get_case;
mod list_cases;
mod open_case;

use runtime::Clock;
use sqlx::PgPool;

pub use decide_step::DecideStep;
pub use list_cases::{ListCases, Page};
pub use open_case::Submission;

/// Everything a verb needs.
#[derive(Clone)]
pub struct App {
    /// Review's own database.
    pub database: PgPool,
    /// Business time.
    pub clock: Clock,
}
