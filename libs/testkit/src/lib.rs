//! A city of its own for each test binary: real stores, the real service binaries, the outside world, and people
//! who act over the wire.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "in a test, what goes wrong ends the test, with the place where it went wrong"
)]

mod api;
mod application;
mod official;
pub mod picture;
mod refused;
mod request;
mod tree;
mod worker;

pub use api::{Api, Bearer, Line};
pub use application::{ALL_FIELDS, Upload};
pub use official::{Appointment, Official};
pub use refused::assert_refused;
pub use request::request_id;
pub use tree::NewUnion;
pub use worker::{Study, Worker, record_tuition};
