//! The application form on paper: an A4 PDF in Chinese that an official can check, sign and stamp.
//!
//! A [`Typesetter`] is built once from the bytes of a font (see [`fonts`]) and then prints any number of [`Form`]s.
//! Equal forms give equal bytes, whenever and wherever they are printed. Printing is work for the processor of some
//! tens of milliseconds: call it from a blocking task.
//!
//! What people wrote is data to the typesetter, never markup: `#panic()` in a name is printed as it stands. Characters
//! that would reorder or hide text are left out, and characters that no font holds are printed as `〓` with a
//! request to write them in by hand. A form whose text is too long for two pages is refused, not cut.

pub mod fonts;

mod error;
mod form;
mod manuscript;
mod qr_code;
mod typesetter;
mod world;

pub use error::{NoFont, PrintError};
pub use form::{Education, Employment, Form, HelpLine, Payee, Person, Sex, Unit, UnitKind};
pub use manuscript::FIELD_LIMIT;
pub use typesetter::Typesetter;
