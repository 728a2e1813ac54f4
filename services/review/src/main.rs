//! Starts review.
fn main() {}
