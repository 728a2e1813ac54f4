//! payment over the wire: the real binary, real PostgreSQL and RabbitMQ, a real bank and a real wallet.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod announce;
mod batches;
mod calls;
mod funds;
mod grants;
mod house;
mod ledger;
mod pay;
mod reconcile;
mod story;
mod subsidy;
