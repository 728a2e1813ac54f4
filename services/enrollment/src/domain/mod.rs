//! The law of enrolling: pure, without clock, store or network.

mod catalogue;
mod enrollment;
mod offering;

pub use catalogue::{Judged, Outcome, Row, verdicts};
pub use enrollment::{Enrollment, Payment, Season, entry_days};
pub use offering::{After, Filter, Level, Offering, StudyForm, Terms};
