//! What quota does by itself: it orders, folds, recovers and announces.

mod combine;
mod install;
mod order;
mod recover;
mod tend;

pub use tend::tend;
