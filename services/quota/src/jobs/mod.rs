//! What quota does by itself: it orders, folds, recovers and announces.

mod announce;
mod checkpoint;
mod combine;
mod due;
mod install;
mod order;
mod session;
mod show_pools;
mod tend;

pub use announce::announce;
pub use checkpoint::publish_checkpoints;
pub use tend::tend;
