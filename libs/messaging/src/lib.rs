//! Events between services: none is lost, and each has its effect once.
//!
//! [`announce`] writes an event into the outbox in the transaction that it tells of; [`relay`] publishes it with the
//! broker's confirmation. A [`Consumer`] hears events from its service's own queue; its [`Handler`] works in one transaction
//! with the inbox, so that an event that comes twice has its effect once. Events may come out of order. An event that
//! cannot be handled is parked, where an operator reads and replays it.

mod announce;
mod broker;
mod config;
mod consumer;
mod error;
mod event;
mod handler;
mod inbox;
mod operate;
mod outbox;
mod parked;
mod publisher;
mod pulse;
mod relay;
mod topology;

pub use announce::announce;
pub use config::BrokerConfig;
pub use consumer::Consumer;
pub use error::{HandlerError, MessagingError};
pub use event::{Event, routing_key};
pub use handler::Handler;
pub use operate::{parked_as_asked, parked_command};
pub use parked::{Parked, parked, replay};
pub use publisher::{Outgoing, Publisher};
pub use pulse::Pulse;
pub use relay::relay;
pub use topology::declare_outlet;
