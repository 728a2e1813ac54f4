//! The shelves: one table family a file, the scope first in every read that a person causes.

pub mod enrollment;
pub mod offering;
mod row;
