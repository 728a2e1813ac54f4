//! Neighbours, in enrollment's words.

mod identity;

pub use identity::Identity;
