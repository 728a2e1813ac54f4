//! Starts and stops everything that Yuanmeng runs on, as child processes of our own: private PostgreSQL, Redis and
//! RabbitMQ, the services, the outside world. Nothing that was started here outlives the process that started it.

pub mod addresses;

pub use addresses::Addresses;
