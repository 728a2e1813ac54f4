//! First come, first served: each programme has one line, every application in it one place, and no pool ever more
//! holders than seats. Redis orders, PostgreSQL decides; see docs/QUOTA.md.

pub mod app;
pub mod clients;
pub mod config;
pub mod domain;
pub mod error;
pub mod grpc;
pub mod jobs;
pub mod store;
pub mod wiring;
