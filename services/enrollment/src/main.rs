//! Starts enrollment.
fn main() {}
