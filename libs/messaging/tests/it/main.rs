//! Events on a real RabbitMQ and a real PostgreSQL: none is lost, each has its effect once, and only poison is parked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on may panic")]

mod confirms;
mod event;
mod ground;
mod hearing;
mod outages;
mod outbox;
mod parking;
mod poison;
mod queues;
