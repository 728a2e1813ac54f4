//! What quota does by itself: it orders, folds, recovers and announces.

mod announce;
mod combine;
mod install;
mod order;
mod recover;
mod tend;

pub use announce::announce;
pub use tend::tend;
