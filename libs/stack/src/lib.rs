//! Starts and stops everything that Yuanmeng runs on, as child processes of our own: private PostgreSQL, Redis and
//! RabbitMQ, the services, the outside world. Nothing that was started here outlives the process that started it.

pub mod addresses;
pub mod city;
mod error;
pub mod find;
mod interrupt;
mod port;
pub mod probe;
mod process;
pub mod secrets;
mod service;
mod services;
pub mod stores;
pub mod wait;

pub use addresses::Addresses;
pub use city::City;
pub use error::Error;
pub use interrupt::Interrupt;
pub use port::Port;
pub use process::account::we_are_root;
pub use process::{Account, Launch, Process, Recorded, forget_package};
pub use rustix::process::Signal;
pub use service::Service;
pub use services::{ServicePlan, Services};
pub use stores::{Durability, PrivateRedis, Server, Store, Stores};
pub use wait::{eventually, within};
