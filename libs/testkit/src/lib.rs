//! A city of its own for each test binary: real stores, the real service binaries, the outside world, and people
//! who act over the wire.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "in a test, what goes wrong ends the test, with the place where it went wrong"
)]

mod api;
mod applicant;
mod application;
mod behind;
mod branch;
mod city;
mod clock;
mod database;
mod gangcheng;
mod official;
mod person;
pub mod picture;
mod refused;
mod request;
mod tree;
mod worker;

pub use api::{Api, Bearer, Line};
pub use applicant::{Applicant, decision_on, fields};
pub use application::{ALL_FIELDS, Upload, WHOLE_WORD};
pub use behind::redis_at;
pub use branch::{ALL_ROLES, ANOTHER_UNIT, Branch};
pub use city::{City, Site};
pub use clock::BusinessClock;
pub use database::{Database, stores};
pub use gangcheng::{Gangcheng, Programme};
pub use official::{Appointment, Official, PASSWORD};
pub use person::{Person, in_chinese};
pub use refused::{assert_field, assert_missing, assert_refused};
pub use request::request_id;
pub use stack::eventually;
pub use tree::NewUnion;
pub use worker::{Study, Worker, latest_code, record_tuition};
