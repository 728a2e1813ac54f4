//! The story of one programme, played on real services: a district's workers study, apply, wait, are reviewed and paid,
//! and at the end every figure that can be known twice is held against its other holder.

mod account;
mod cases;
mod cast;
mod chapters;
mod data;
mod html;
mod keep;
mod offices;
mod paper;
mod rush;
mod stage;
mod story;
mod teller;
mod trap;
mod wait;

pub use account::{Account, Figure};
pub use stage::{Ground, Stage};
pub use story::Story;
