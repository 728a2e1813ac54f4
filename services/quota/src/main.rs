//! Starts quota.
fn main() {}
