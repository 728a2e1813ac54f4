//! The law of applications: pure, without clock, store or network.

mod application;
mod completeness;
mod eligibility;
mod fields;
mod form_code;
mod grant;
mod list;
mod material;
mod place;
mod programme;
mod programme_file;
#[cfg(test)]
mod specimen;
mod study;
mod timeline;

pub use application::{Application, ApplicationState, ReviewUnion};
pub use completeness::{FourThings, ready_to_print, ready_to_send};
pub use eligibility::{Applicant, eligible, opening};
pub use fields::{Account, Change, Fields, Household, Payee, Rank, Unit, UnitKind, check_card};
pub use form_code::{FormCode, Seal};
pub use grant::{Grant, granted};
pub use list::{After, Filter};
pub use material::{Material, MaterialData, MaterialKind, QrCheck};
pub use place::{Receipt, Standing};
pub use programme::{HelpLine, Pool, Programme, Round};
pub use programme_file::ProgrammeFile;
pub use study::{Level, Season, Study};
pub use timeline::{Happened, TimelineEntry, TimelineKind};
