//! What enrollment does, one verb a file.

mod agree_major;
mod create_enrollment;
mod get_enrollment;
mod import_offerings;
mod list_offerings;
mod record_tuition;

use runtime::Clock;
use sqlx::PgPool;

use crate::clients::Identity;

pub use agree_major::AgreeMajor;
pub use create_enrollment::CreateEnrollment;
pub use import_offerings::{ImportOfferings, MAX_ROWS};
pub use list_offerings::{ListOfferings, Page};
pub use record_tuition::RecordTuition;

/// Everything a verb needs.
#[derive(Clone)]
pub struct App {
    /// Enrollment's own database.
    pub database: PgPool,
    /// Business time.
    pub clock: Clock,
    /// Workers and unions.
    pub identity: Identity,
}
