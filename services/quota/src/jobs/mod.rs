//! What quota does by itself: it orders, folds, recovers and announces.

mod announce;
mod combine;
mod due;
mod install;
mod order;
mod tend;

pub use announce::announce;
pub use tend::tend;
