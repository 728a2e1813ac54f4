//! The doors: parse, call, convert.

mod cases;
mod convert;

pub use cases::Cases;
