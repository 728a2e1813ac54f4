//! payment over the wire, in a city of all six services: grants come from approved applications, tuition from enrollment, and
//! a real bank and a real wallet pay.
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
mod ground;
mod ledger;
mod lists;
mod outages;
mod pay;
mod reconcile;
mod repeat;
mod story;
