//! Neighbours, in quota's words.

mod identity;

pub use identity::Identity;
