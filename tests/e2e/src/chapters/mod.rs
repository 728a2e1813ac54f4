//! The chapters, in the order in which they are played.

pub(crate) mod programme;
pub(crate) mod reckoning;
pub(crate) mod unions;
pub(crate) mod workers;
