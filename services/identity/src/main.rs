//! Starts identity.
fn main() {}
