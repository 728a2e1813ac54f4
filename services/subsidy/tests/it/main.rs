//! subsidy over the wire: the six real services on real stores, and people who act as people do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test, what goes wrong ends the test, where it went wrong"
)]

mod apply;
mod calls;
mod check;
mod city;
mod clock;
mod correct;
mod crash;
mod create;
mod files;
mod forms;
mod grants;
mod help;
mod logs;
mod material;
mod outage;
mod paper;
mod payee;
mod print;
mod read;
mod rows;
mod submit;
mod update;
mod upload;
mod withdraw;
