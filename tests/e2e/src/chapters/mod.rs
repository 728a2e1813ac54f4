//! The chapters, in the order in which they are played.

pub(crate) mod apply;
mod corrections;
mod figures;
pub(crate) mod money;
pub(crate) mod programme;
pub(crate) mod reckoning;
pub(crate) mod review;
pub(crate) mod rush;
pub(crate) mod study;
pub(crate) mod unions;
pub(crate) mod window;
pub(crate) mod workers;
