//! Starts subsidy.
fn main() {}
