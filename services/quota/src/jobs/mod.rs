//! What quota does by itself: it orders, folds, recovers and tells others.

mod checkpoint;
mod combine;
mod due;
mod install;
mod order;
mod relay;
mod session;
mod show_pools;
mod tend;

pub use checkpoint::publish_checkpoints;
pub use relay::{Outlet, Promotions, relay};
pub use tend::{LineThread, tend};
