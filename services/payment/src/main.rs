//! Starts payment.
fn main() {}
