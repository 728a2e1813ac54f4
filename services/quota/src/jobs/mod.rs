//! What quota does by itself: it orders, folds, recovers, announces and tells.

mod announce;
mod checkpoint;
mod combine;
mod due;
mod install;
mod order;
mod session;
mod show_pools;
mod tell;
mod tend;

pub use announce::announce;
pub use checkpoint::publish_checkpoints;
pub use tell::tell;
pub use tend::tend;
